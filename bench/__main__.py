"""All measurements, one table each: `make bench`, or `make bench ARGS=--full` for full sizes."""

import argparse
import subprocess
import sys

QUICK = {
    "calendar": "",
    "claims": "--rows 10000 --claims 800 --rounds 1",
    "instances": "--many 200 --alone 10",
    "decide": "--rows 1000 100000 --decisions 40",
    "timers": "--many 1000 --instances 50",
    "engine": "--alone --tokens 5 50",
    "feel": "--alone",
    "fuzz": "--expressions 20000 --tables 1000",
}
FULL = {
    "calendar": "",
    "claims": "--rows 10000 1000000 --claims 4000 --rounds 3",
    "instances": "--many 1000 --alone 40",
    "decide": "--rows 1000 1000000 --decisions 150",
    "timers": "--many 10000 --instances 500",
    "engine": "",
    "feel": "",
    "fuzz": "--expressions 1000000 --tables 20000",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="the sizes that figures are quoted for")
    sizes = FULL if parser.parse_args().full else QUICK
    failed = []
    for name, words in sizes.items():
        print(f"\n{name}: python -m bench.{name} {words}".rstrip(), flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}", *words.split()], check=False)
        if done.returncode:
            failed.append(name)
    if failed:
        print(f"\nNot measured: {', '.join(failed)}. What they printed says why.", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
