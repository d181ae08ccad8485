import ArgumentParser

@main
struct RSS: ParsableCommand {}
