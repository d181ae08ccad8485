"""Makes student.json: what SciPy says of Student's t, of t tests and of intervals.

    python3 -m venv venv && venv/bin/pip install numpy==2.* scipy==1.17.* && venv/bin/python make_goldens.py

`quantiles`: [degrees, probability, t]. `tails`: [degrees, t, P(T > t)]. `samples`: values, their mean's 95% interval, a level and
the p values of one-sample t tests against it. `ratios`: numerators and denominators, the interval of t on log ratios, and
Fieller's interval of the ratio of means with the pairs' covariance.
"""

import json
import pathlib

import numpy as np
from scipy import stats

DEGREES = [0.5, 1, 2, 3, 4, 6, 9, 29, 200, 10_000]
PROBABILITIES = [1e-12, 1e-4, 0.005, 0.025, 0.3, 0.5, 0.55, 0.8, 0.95, 0.975, 0.995, 1 - 2**-30]
POINTS = [-40.0, -2.5, -1e-3, 0.0, 0.1, 1.0, 2.0, 4.302652729749464, 12.0, 400.0]

# Final mIoUs as runs have them, values far apart, and values that hardly differ.
SAMPLES = [
    ([0.7285, 0.7311, 0.7202, 0.7384, 0.7199], 0.72),
    ([0.3867, 0.3933, 0.4012], 0.40),
    ([-3.0, 10.0, 2.5, 7.25], 0.0),
    ([0.98, 0.98, 0.98, 0.9800001], 0.97),
]
RATIOS = [
    ([0.7556, 0.7631, 0.7612, 0.7672, 0.7540], [0.7712, 0.7693, 0.7689, 0.7735, 0.7677]),
    ([0.332, 0.321, 0.348], [0.561, 0.557, 0.560]),
    ([0.489, 0.474, 0.498, 0.4702], [0.559, 0.5481, 0.566, 0.5502]),
]


def sample(values, level):
    test = stats.ttest_1samp(values, level)
    interval = test.confidence_interval(0.95)
    return {
        "values": values,
        "level": level,
        "lower": interval.low,
        "upper": interval.high,
        "above": stats.ttest_1samp(values, level, alternative="greater").pvalue,
        "below": stats.ttest_1samp(values, level, alternative="less").pvalue,
        "other": test.pvalue,
    }


def fieller(a, b):
    """The ratios r for which mean(a) - r mean(b) isn't far from 0: the roots of a quadratic in r."""
    n = len(a)
    t = stats.t.ppf(0.975, n - 1)
    (va, c), (_, vb) = np.cov(a, b) / n
    ma, mb = np.mean(a), np.mean(b)
    roots = np.roots([mb**2 - t**2 * vb, -2 * (ma * mb - t**2 * c), ma**2 - t**2 * va])
    return sorted(float(np.real(r)) for r in roots)


def ratio(a, b):
    logs = np.log(a) - np.log(b)
    interval = stats.ttest_1samp(logs, 0).confidence_interval(0.95)
    return {
        "numerators": a,
        "denominators": b,
        "mean": float(np.exp(np.mean(logs))),
        "lower": float(np.exp(interval.low)),
        "upper": float(np.exp(interval.high)),
        "fieller": fieller(a, b),
        "above": stats.ttest_1samp(logs, np.log(0.98), alternative="greater").pvalue,
        "below": stats.ttest_1samp(logs, np.log(0.98), alternative="less").pvalue,
    }


goldens = {
    "quantiles": [[d, p, float(stats.t.ppf(p, d))] for d in DEGREES for p in PROBABILITIES],
    "tails": [[d, t, float(stats.t.sf(t, d))] for d in DEGREES for t in POINTS],
    "samples": [sample(*s) for s in SAMPLES],
    "ratios": [ratio(*r) for r in RATIOS],
}
pathlib.Path(__file__).with_name("student.json").write_text(json.dumps(goldens, indent=1) + "\n")
