# The two commands of the README are `make reproduce` and `make test`; both set up what they need.

# C libraries and data, as Debian names them; each has its reason in the README.
PACKAGES := libdnnl-dev libopenblas-openmp-dev libpng-dev libjpeg62-turbo-dev zlib1g-dev dataset-fashion-mnist \
  libcairo2-dev libmd4c-dev libmd4c-html0-dev fonts-dejavu-core

# More for the command line, as in `make reproduce ARGS="--profile full --resume"`.
ARGS ?=

RSS := .build/release/rss

.PHONY: reproduce test fuzz bench twin build setup format lint clean

# Writes into runs/ alone, which git ignores.
reproduce: build
	$(RSS) reproduce $(ARGS)

# Optimised, so that numeric loops are the real ones; in a build folder of its own, because -enable-testing would
# rebuild everything in the other one. One test at a time, with threads that sleep while they wait: each test's thread
# team would spin against the others'.
test: setup
	OMP_WAIT_POLICY=passive swift test --no-parallel -c release -Xswiftc -enable-testing --scratch-path .build-test $(ARGS)

build: setup
	swift build -c release --product rss

# Ours and PyTorch in turns in one run; PyTorch lives in its own virtual environment.
bench: build .venv/ready
	.venv/bin/python benchmarks/pytorch/bench.py --rss $(RSS) $(ARGS)
	.venv/bin/python benchmarks/pytorch/bench_networks.py --rss $(RSS)
	.venv/bin/python benchmarks/pytorch/bench_ranks.py --rss $(RSS)

# The standing cross-check: the same weights, the same batches, twenty steps here and in PyTorch (from seed 4 no value lies on
# a ReLU's kink to within rounding, as from seeds 1 and 3 one does; then gradients differ by 4e-4), and two of each large
# network; with ImageNet's weights on photographs where data/ has both (data-scripts/README.md).
LARGE = resnet18-unet resnet34-fpn resnet50-deeplabV3Plus resnet101-unet mobilenetV2-deeplabV3Plus \
	efficientnetLite0-deeplabV3Plus efficientnetLite0-unet convnextTiny-unet convnextTiny-fpn
DATA = $${RSS_DATA:-data}
twin: build .venv/ready
	$(RSS) bench twin --seed 4 --out runs/twin/small
	@set -e; for network in $(LARGE); do $(RSS) bench twin --row fashion64/ce --steps 2 --out runs/twin/$$network \
	  --set encoder=$${network%-*} --set decoder=$${network#*-}; done
	@set -e; for encoder in mobilenetV2 efficientnetLite0; do \
	  if [ -d $(DATA)/voc2012 ] && [ -e $(DATA)/weights/$$encoder.safetensors ]; then \
	    $(RSS) bench twin --row voc7/ce --steps 2 --out runs/twin/photographs-$$encoder --set encoder=$$encoder; \
	  else echo "no photographs with $$encoder: $(DATA)/voc2012 or $(DATA)/weights/$$encoder.safetensors is missing"; fi; done
	.venv/bin/python benchmarks/pytorch/twin.py runs/twin/*/

# N damaged inputs for each reader of files, under the address sanitizer; FUZZ="READER" takes one. A trap leaves its input in
# fuzz-input.
N ?= 100000
fuzz: setup
	swift build -c release --sanitize=address --product rss-fuzz --scratch-path .build-fuzz
	.build-fuzz/release/rss-fuzz $(N) $(FUZZ)

.venv/ready: benchmarks/pytorch/requirements.txt
	python3 -m venv .venv
	.venv/bin/pip install --quiet -r benchmarks/pytorch/requirements.txt
	touch $@

setup:
	@command -v swift >/dev/null || { \
	  echo "Swift is missing: install 6.1 or later from https://www.swift.org/install/linux/" >&2; exit 1; }
	@missing=; for package in $(PACKAGES); do \
	  dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' \
	    || missing="$$missing $$package"; \
	done; \
	[ -z "$$missing" ] && exit 0; \
	if ! command -v apt-get >/dev/null; then \
	  echo "This machine has no apt-get. Install what its system calls these Debian packages:$$missing" >&2; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=; \
	elif command -v sudo >/dev/null; then as_root=sudo; \
	else echo "Debian packages are missing:$$missing. Install them as root: apt-get install$$missing" >&2; exit 1; fi; \
	echo "Installing$$missing"; \
	export DEBIAN_FRONTEND=noninteractive; \
	$$as_root apt-get update -qq && $$as_root apt-get install -y -qq --no-install-recommends $$missing >/dev/null \
	  || { echo "apt-get could not install$$missing; its messages are above." >&2; exit 1; }

format:
	swift format --in-place --recursive Package.swift Sources Tests

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

clean:
	rm -rf .build .build-test .build-fuzz
