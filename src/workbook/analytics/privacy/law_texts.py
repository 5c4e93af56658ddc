"""The texts that the rules, limits and caps of this folder were read from: which version, and in force since when.

A rule is only as new as the text it was read from. Before you use one, look whether its text has changed since. The audit
judges older acts by the same texts.
"""

import pandas as pd

# law: the name that the other tables use; title, version, in_force: first day on which this version holds.
TEXTS = pd.DataFrame(
    [
        ("PIPL", "Personal Information Protection Law of the People's Republic of China",
         "adopted 2021-08-20", "2021-11-01"),
        ("PIPL", "Provisions on Promoting and Regulating Cross-Border Data Flows (who needs no mechanism of PIPL 38)",
         "Cyberspace Administration of China, order 16", "2024-03-22"),
        ("PIPL", "Regulations on Network Data Security Management (art. 35: who needs no mechanism of PIPL 38)",
         "State Council, order 790", "2025-01-01"),
        ("PIPL", "Advertising Law of the People's Republic of China, art. 43 (messages)", "as amended 2021-04-29", "2021-04-29"),
        ("PIPL", "Law on the Protection of Consumers' Rights and Interests, art. 29 (messages)",
         "as amended 2013-10-25", "2014-03-15"),
        ("PIPL", "Rules for the Implementation of the Tax Collection Law, art. 29 (records are kept ten years)",
         "as amended 2016-02-06", "2016-02-06"),
        ("PIPL", "Civil Code of the People's Republic of China, arts. 200 to 204 (how periods are counted)",
         "adopted 2020-05-28", "2021-01-01"),
        ("PIPL", "GB/T 35273-2020, Personal information security specification (a recommended standard, no law)",
         "published 2020-03-06", "2020-10-01"),
        ("PIPL", "GB/T 45574-2025, Processing of sensitive personal information (a recommended standard, no law)",
         "published 2025-04-25", "2025-11-01"),
        ("GDPR", "Regulation (EU) 2016/679, General Data Protection Regulation",
         "as corrected 2018-05-23", "2018-05-25"),
        ("GDPR", "Regulation (EEC, Euratom) 1182/71 (how periods are counted)", "of 1971-06-03", "1971-07-01"),
        ("ePrivacy", "Directive 2002/58/EC on privacy and electronic communications; each member state has its own law",
         "as amended by Directive 2009/136/EC", "2009-12-19"),
        ("CCPA", "California Civil Code 1798.100 to 1798.199.100, California Consumer Privacy Act",
         "as amended by the CPRA; 1798.199.95(d) since 2025-01-01", "2023-01-01"),
        ("CCPA", "California Code of Regulations, title 11 (11 CCR), sections 7000 to 7304, regulations to the CCPA",
         "of 2023-03-29; new version since 2026-01-01", "2023-03-29"),
        ("CCPA", "California Code of Civil Procedure, 12 and 12a (how periods are counted)", "as it stood on 2023-01-01", "2023-01-01"),
    ],
    columns=["law", "title", "version", "in_force"],
).astype({"in_force": "datetime64[ns]"})  # fmt: skip
LAWS = ("PIPL", "GDPR", "ePrivacy", "CCPA")
