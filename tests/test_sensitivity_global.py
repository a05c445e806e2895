"""Samples over whole ranges, against indices that are known in closed form. Needs SALib, an extra."""

from __future__ import annotations

import builtins
import json
import math
from pathlib import Path
from typing import Any

import pytest

import ionlang
from ionlang.cli import main

pytest.importorskip("SALib")


ISHIGAMI = """
param p1 = 0.5 between -3.141592653589793 and 3.141592653589793
param p2 = 0.5 between -3.141592653589793 and 3.141592653589793
param p3 = 0.5 between -3.141592653589793 and 3.141592653589793
param still = 0
variable u { start = sin(p1) + 7*sin(p2)^2 + 0.1*p3^4*sin(p1);  rate = 0 /s }
scenario told {
    run 1 ms
    measure f = u at end
}
"""
FALLS = """
param a = 2 between 1 and 3
param k = 5 /s between -10 /s and 10 /s
variable u { start = a;  rate = k*u*u }
scenario told {
    run 0.1 s
    measure f = u at end
    measure never = time(u > 1e6)
}
"""


def test_sobol_of_the_ishigami_function() -> None:
    """a = 7, b = 0.1: the variances of the parts are known, and z acts only together with x."""
    found = ionlang.loads(ISHIGAMI).global_sensitivity(scenario="told", samples=256)
    f, a, b = found["f"], 7.0, 0.1
    pi4, pi8 = math.pi**4, math.pi**8
    by_x, by_y = 0.5 * (1.0 + b * pi4 / 5.0) ** 2, a * a / 8.0
    by_xz = b * b * pi8 * (1.0 / 18.0 - 1.0 / 50.0)
    whole = by_x + by_y + by_xz
    assert f.mean == pytest.approx(a / 2.0, abs=0.15)
    assert f.deviation**2 == pytest.approx(whole, rel=0.08)
    expected = {"p1": (by_x, by_x + by_xz), "p2": (by_y, by_y), "p3": (0.0, by_xz)}
    for name, (first, total) in expected.items():
        assert f[name].numbers["first"] == pytest.approx(first / whole, abs=0.08)
        assert f[name].numbers["total"] == pytest.approx(total / whole, abs=0.08)
    assert found.runs == 256 * 5 and not found.failed
    assert "still" in found.held


def test_morris_finds_what_matters() -> None:
    """Of a plain sum the effects are the same everywhere: no spread."""
    text = ISHIGAMI.replace("sin(p1) + 7*sin(p2)^2 + 0.1*p3^4*sin(p1)", "2*p1 - 3*p2")
    f = ionlang.loads(text).global_sensitivity("morris", "told", samples=8)["f"]
    ranges = 2.0 * math.pi
    assert [s.parameter for s in f.shares] == ["p2", "p1", "p3"]
    assert f["p1"].numbers == pytest.approx(
        {"strength": 2.0 * ranges, "strength ±": 0.0, "mean": 2.0 * ranges, "spread": 0.0}, abs=1e-6
    )
    assert f["p2"].numbers["mean"] == pytest.approx(-3.0 * ranges)
    assert f["p3"].numbers["strength"] == pytest.approx(0.0, abs=1e-9)


def test_rest_is_sampled_within_a_share() -> None:
    found = ionlang.load("examples/02_ghk.ion").global_sensitivity("morris", within=0.1, samples=8)
    share = found.spreads[0].shares[0]
    assert share.high / share.low == pytest.approx(1.1 / 0.9)
    assert not found.failed


def test_a_failed_member_keeps_its_reason_and_its_block_is_left_out() -> None:
    found = ionlang.loads(FALLS).global_sensitivity("morris", "told", samples=32)
    assert found.failed and all(len(f.values) == 2 for f in found.failed)
    assert "stopped at" in found.failed[0].reason
    assert found["f"].members < found.runs and found["f"].members % 3 == 0
    assert [each.name for each in found.left_out] == ["never"]


def test_only_what_is_named_varies() -> None:
    model = ionlang.loads(ISHIGAMI)
    found = model.global_sensitivity("morris", "told", vary=["p2", "p3"], samples=8)
    assert sorted(s.parameter for s in found["f"].shares) == ["p2", "p3"]
    with pytest.raises(KeyError, match="no number 'w' to vary"):
        model.global_sensitivity("morris", "told", vary=["w"])
    with pytest.raises(ValueError, match="nothing is left to vary: still has no range"):
        model.global_sensitivity("morris", "told", vary=["still"])


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "ishigami.ion"
    path.write_text(ISHIGAMI, encoding="utf-8")
    asked = ["sensitivity", str(path), "--scenario", "told", "--global", "morris", "--samples", "8"]
    assert main([*asked, "--plot", str(tmp_path / "drawn.svg"), "--csv", str(tmp_path / "found.csv")]) == 0
    assert "over whole ranges (Morris, 32 runs)" in capsys.readouterr().out
    assert (tmp_path / "drawn.svg").stat().st_size > 1000
    assert "quantity,unit,parameter,low,high" in (tmp_path / "found.csv").read_text(encoding="utf-8")
    assert main([*asked, "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["method"] == "morris"
    assert main([*asked, "--within", "much"]) == 2
    assert "--within takes a share as '20 %' or 0.2" in capsys.readouterr().err
    assert main([*asked[:-1], "2"]) == 2
    assert "2 samples tell nothing" in capsys.readouterr().err


def test_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> Any:
        if name.partition(".")[0] == "SALib":
            raise ModuleNotFoundError("No module named 'SALib'", name="SALib")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'ionlang\[sensitivity\]'"):
        ionlang.loads(ISHIGAMI).global_sensitivity(scenario="told")
