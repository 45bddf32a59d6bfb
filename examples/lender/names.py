"""Names of people who do not exist."""

FIRST = (
    "Amara", "Anders", "Anika", "Bao", "Bilal", "Carmen", "Chiara", "Dario", "Deniz", "Ebba",
    "Elif", "Emre", "Farah", "Finn", "Greta", "Hana", "Henrik", "Ines", "Ivo", "Jana", "Jonas",
    "Kaito", "Karin", "Kofi", "Lena", "Leila", "Luca", "Mads", "Maja", "Mateo", "Mei", "Mila",
    "Nadia", "Nils", "Noor", "Olga", "Oskar", "Paula", "Petra", "Rahel", "Ravi", "Rosa", "Samir",
    "Sara", "Selma", "Sofia", "Stefan", "Tariq", "Tessa", "Theo", "Uma", "Viktor", "Wanda",
    "Yara", "Yusuf", "Zoe",
)  # fmt: skip
LAST = (
    "Abadi", "Almeida", "Andersen", "Bauer", "Becker", "Berg", "Castro", "Chen", "Costa", "Demir",
    "Dietrich", "Eriksen", "Farkas", "Fischer", "Garcia", "Haddad", "Hansen", "Hoffmann", "Horvat",
    "Ito", "Jansen", "Kaya", "Keller", "Klein", "Kovac", "Lang", "Larsen", "Lehmann", "Lindgren",
    "Lopez", "Marino", "Mensah", "Meyer", "Moreau", "Nguyen", "Novak", "Okafor", "Olsen", "Patel",
    "Pereira", "Petrov", "Ricci", "Rossi", "Sato", "Schmitt", "Silva", "Singh", "Tanaka", "Vogel",
    "Wagner", "Weber", "Winter", "Yilmaz", "Zhang", "Zimmer",
)  # fmt: skip
