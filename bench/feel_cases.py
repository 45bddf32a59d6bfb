"""What `bench.feel` asks of every engine: expressions, and tables in which the last rule matches.

Plain Python without the product, so that the peers' interpreter can import it as well.
"""

from pathlib import Path

COURTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "hmcts"
SIZES = (10, 100, 1_000)
VARIABLES = {"amount": 12_500, "confidence": 0.93, "region": "north", "age": 41}

# name → text; all of it is also what the peers' own languages can read
EXPRESSIONS = {
    "comparison": "amount > 10000",
    "conjunction": "amount > 10000 and confidence >= 0.8",
    "arithmetic": "amount * 2 + age",
    "equality": 'region = "north"',
    "choice": 'if amount > 10000 then "two" else "one"',
    "between": "amount between 10000 and 20000",
}
UNARY = {
    "constant": ("region", '"north"'),
    "comparison": ("amount", "> 10000"),
    "interval": ("amount", "[10000..20000)"),
    "three constants": ("region", '"south","east","north"'),
}
MODEL = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def table(rules: int, *, constant: bool) -> str:
    """A table of so many rules over region, product and amount, of which the last one matches.

    Half of the cells are `-`, as in real tables. With `constant` a column tells the rules apart;
    otherwise a comparison does, which no index of constants helps with.
    """
    rows = "".join(_rule(number, rules, constant=constant) for number in range(1, rules + 1))
    return (
        f'<definitions xmlns="{MODEL}" id="bench" name="bench" namespace="urn:bench">'
        '<inputData id="r" name="region"><variable name="region"/></inputData>'
        '<inputData id="p" name="product"><variable name="product"/></inputData>'
        '<inputData id="a" name="amount"><variable name="amount"/></inputData>'
        '<decision id="route" name="route"><variable name="route"/>'
        '<informationRequirement id="i1"><requiredInput href="#r"/></informationRequirement>'
        '<informationRequirement id="i2"><requiredInput href="#p"/></informationRequirement>'
        '<informationRequirement id="i3"><requiredInput href="#a"/></informationRequirement>'
        '<decisionTable id="t" hitPolicy="FIRST">'
        + "".join(
            f'<input id="c_{name}" label="{name}"><inputExpression id="e_{name}">'
            f"<text>{name}</text></inputExpression></input>"
            for name in ("region", "product", "amount")
        )
        + '<output id="o" name="queue"/>'
        + rows
        + "</decisionTable></decision></definitions>"
    )


def _rule(number: int, rules: int, *, constant: bool) -> str:
    amount = "-" if constant else f"&gt;= {(rules - number) * 10 + 5}"
    cells = (f'"region {number}"' if constant else '"north"', "-", amount)
    entries = "".join(
        f'<inputEntry id="x{number}_{place}"><text>{cell}</text></inputEntry>'
        for place, cell in enumerate(cells)
    )
    output = f'<outputEntry id="y{number}"><text>"queue {number}"</text></outputEntry>'
    return f'<rule id="rule{number}">{entries}{output}</rule>'


def inputs(rules: int, *, constant: bool) -> dict[str, object]:
    """What only the last rule of the table holds for."""
    if constant:
        return {"region": f"region {rules}", "product": "car", "amount": 5}
    return {"region": "north", "product": "car", "amount": 9}


def courts() -> list[Path]:
    """The courts' decision tables; none when the data is not here."""
    return sorted(COURTS.rglob("*.dmn"))
