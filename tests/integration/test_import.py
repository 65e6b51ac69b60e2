"""matchctl import: a good directory arrives whole; every bad cell is named by file, line and
column, and then, as after an error of the database, nothing at all has arrived. The converter of
the speed-dating files gives such a directory, without anything about race, and keeps the decisions
out.
"""
import csv
import os
import shutil
import subprocess
import tempfile

import devenv

FIXTURES = os.path.join(devenv.SOURCE, "tests", "fixtures")
GOOD = os.path.join(FIXTURES, "import", "good")
TABLES = ["users", "profiles", "questions", "questionnaire_versions", "match_offers", "matches",
          "compatibility_responses", "photos", "visual_preference_profiles",
          "verification_sessions"]


def counts(env):
    return {table: env.sql(f"select count(*) from public.{table}")[0][0] for table in TABLES}


def run(env, *arguments):
    return env.run("matchctl", "import", *arguments, check=False)


def check_refused(env, directory, expected):
    """Exactly these problems, and nothing changed."""
    before = counts(env)
    ran = run(env, directory)
    lines = ran.stderr.splitlines()
    assert ran.returncode == 1, (ran.returncode, ran.stdout, ran.stderr)
    for start in expected:
        assert any(line.startswith(start) for line in lines), f"no line {start!r}:\n{ran.stderr}"
    assert len(lines) == len(expected) + 1, ran.stderr
    assert lines[-1].startswith("import: nothing was imported"), ran.stderr
    assert counts(env) == before, "something was half imported"


class Copy:
    """The good directory, with some lines changed: {file: {line: text}}; line -1 appends."""

    def __init__(self, **changes):
        self.changes = changes

    def __enter__(self):
        self.directory = tempfile.mkdtemp(prefix="matchd-import.")
        for name in os.listdir(GOOD):
            with open(os.path.join(GOOD, name), encoding="utf-8", newline="") as file:
                lines = file.read().split("\n")[:-1]
            for line, text in self.changes.get(name[:-4], {}).items():
                if line == -1:
                    lines.append(text)
                else:
                    lines[line - 1] = text
            with open(os.path.join(self.directory, name), "w", encoding="utf-8",
                      newline="") as file:
                file.write("\n".join(lines) + "\n")
        return self.directory

    def __exit__(self, *what):
        shutil.rmtree(self.directory)


def check_bad_cells(env):
    """One of each kind, all found in one run."""
    changes = {
        "people": {
            2: "ann,A,,1990-02-30,woman,male|male,Leeds,,GB,95,-1.55,0,17,60,serious,"
               "Europe/London,yesterday",
            3: "bob,Bob Baker,,1988-11-01,male,female,Leeds,,GB,53.81,,,,,unsure,Europe/London",
            -1: "bob,Bob Twice,,1988-11-01,male,female,,,GB,53.81,,,,,unsure,Europe/London,"},
        "answers": {
            2: "ann,small,structure,married,",
            4: "ann,small,tidy,2.5,",
            5: "ann,small,wants_tidy,9,",
            6: "ann,small,music,jazz|polka,",
            7: "ann,small,day,night|dawn,",
            9: "eve,small,structure,either,",
            10: "bob,small,height,2,"},
        "vectors": {3: "ann,photo,v1,,0.5 0.5 -1", 4: "ann,preference,v1,1.5,0.1 nan 0.3 0.4"},
        "decisions": {3: "bob,bob,accept,2026-02-02T10:00:00Z,70",
                      4: "cy,ann,perhaps,2026-02-03T10:00:00Z,"}}
    with Copy(**changes) as directory:
        check_refused(env, directory, [
            "people.csv:2: display_name: expected 2 to 50 characters, got 'A'",
            "people.csv:2: date_of_birth: expected a date",
            "people.csv:2: gender: expected one of male|female",
            "people.csv:2: seeking_gender: expected one or more",
            "people.csv:2: latitude: expected a number from -90 to 90, got '95'",
            "people.csv:2: max_distance_km: expected a whole number",
            "people.csv:2: min_age_preference: expected a whole number from 18 to 120, got '17'",
            "people.csv:2: verified_at: expected an instant",
            "people.csv:2: longitude: one coordinate without the other",
            "people.csv:3: expected 17 cells, got 16",
            "people.csv:5: city: expected a value, got nothing",
            "people.csv:5: longitude: one coordinate without the other",
            "answers.csv:2: answer: no such option",
            "answers.csv:4: answer: off the grid",
            "answers.csv:5: answer: out of range",
            "answers.csv:6: answer: no such option",
            "answers.csv:7: answer: not every option is ranked",
            "answers.csv:9: person: no such person in people.csv",
            "answers.csv:10: question: no such question in questionnaire.csv",
            "vectors.csv:3: values: expected 4 numbers as in line 2, got 3",
            "vectors.csv:4: confidence: expected a number from 0 to 1, got '1.5'",
            "vectors.csv:4: values: expected at most 4096 numbers",
            "decisions.csv:3: candidate: nobody decides about themselves",
            "decisions.csv:4: viewer: no such person in people.csv",
            "decisions.csv:4: decision: expected one of accept|pass|not_now"])


def check_bad_files(env):
    """Keys that come twice, columns that are unknown, questions that cannot be scored, no CSV."""
    with Copy(people={-1: "ann,Ann Again,,1990-02-28,female,male,Leeds,,GB,,,,,,,,"},
              answers={-1: "bob,small,tidy,3,"}) as directory:
        check_refused(env, directory, ["people.csv:5: person: the same key as in line 2",
                                       "answers.csv:11: person: the same key as in line 10"])
    with Copy(answers={1: "person,version,question,reply,answered_at"}) as directory:
        check_refused(env, directory, ["answers.csv:1: answer: the file lacks this column",
                                       "answers.csv:1: reply: no column of that name"])
    with Copy(questionnaire={
            4: "small,tidy,3,slider,How tidy?,lifestyle,,lifestyle,core_score,M,similarity,,,,,"
               "5,5,1,,,,"}) as directory:
        check_refused(env, directory, [
            "questionnaire.csv:4: degenerate",
            "questionnaire.csv:5: attribute: the attribute's question is absent or no scale"])
    with Copy(people={3: 'bob,"Bob" Baker,,1988-11-01,male,female,Leeds,,GB,,,,,,,,'}) as directory:
        ran = run(env, directory)
        assert ran.returncode == 1 and "people.csv:3: a double quote" in ran.stderr, ran.stderr
    assert run(env, "/nonexistent").returncode == 1
    assert run(env).returncode == 2


def check_good(env):
    before = counts(env)
    assert run(env, "--check", GOOD).returncode == 0
    assert counts(env) == before, "--check wrote something"
    out = env.run("matchctl", "import", GOOD).stdout
    assert out == ("imported: 7 questions, 3 people, 9 answers, 4 vectors, 3 decisions"
                   " (1 matches)\n"), out
    after = {table: number - before[table] for table, number in counts(env).items()}
    assert after == {"users": 3, "profiles": 3, "questions": 7, "questionnaire_versions": 1,
                     "compatibility_responses": 9, "photos": 3, "visual_preference_profiles": 1,
                     "verification_sessions": 2, "match_offers": 3, "matches": 1}, after
    ann = env.sql("select u.id, u.bio, u.seeking_gender, p.latitude, p.max_distance_km from"
                  " public.users u join public.profiles p on p.user_id = u.id"
                  " where display_name = 'Ann Archer'")[0]
    assert ann[1] == "Tab\tand back\\slash" and ann[2] == ["male", "female"], ann
    assert float(ann[3]) == 53.8 and ann[4] == 50, ann
    assert env.sql("select count(*) from public.users where id ="
                   " '0d5f0c3e-1111-4222-8333-444455556666'")[0][0] == 1
    answers = dict(env.sql(
        "select q.prompt, r.answer from public.compatibility_responses r"
        " join public.questions q on q.id = r.question_id where r.user_id = %s", [ann[0]]))
    assert answers == {'Exclusive, or "open"?': "exclusive", "Left or right?": "unsaid",
                       "How tidy are you?": 5, "How tidy should they be?": 4,
                       "What do you\nlisten to?": ["jazz", "folk"],
                       "Which part of the day is best?": ["night", "dawn", "noon"],
                       "Anything else?": 'a "quoted" word'}, answers
    config = env.sql("select config from public.questions where prompt like 'How tidy should%'")
    tidy = env.sql("select id from public.questions where prompt = 'How tidy are you?'")
    assert config[0][0]["attribute"] == f"question:{tidy[0][0]}", config
    vectors = env.sql("select preference_embedding from public.visual_preference_profiles")
    assert [round(x, 6) for x in vectors[0][0]] == [0.1, 0.2, 0.3, 0.4], vectors
    statuses = env.sql("select status from public.match_offers order by offered_at")
    assert statuses == [("matched",), ("matched",), ("passed",)], statuses


def check_again(env):
    """The database refuses a second time: the row is named, nothing stays."""
    with Copy() as directory:
        os.remove(os.path.join(directory, "questionnaire.csv"))
        os.remove(os.path.join(directory, "answers.csv"))
        check_refused(env, directory, ["people.csv:2: duplicate key value"])
    with Copy(people={2: "new,New Person,,2020-02-28,female,male,Leeds,,GB,,,,,,,,"},
              answers={n: "" for n in range(2, 11)}, vectors={n: "" for n in range(2, 6)},
              decisions={n: "" for n in range(2, 5)}) as directory:
        os.remove(os.path.join(directory, "questionnaire.csv"))
        check_refused(env, directory, ['people.csv:2: new row for relation "users"'])


def check_speed_dating(env):
    with tempfile.TemporaryDirectory(prefix="matchd-import.") as out:
        script = os.path.join(devenv.SOURCE, "scripts", "convert-speed-dating")
        ran = subprocess.run([script, os.path.join(FIXTURES, "speed-dating"), out, "--now",
                              "2026-11-22T09:00:00Z"], capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        for place, _, names in os.walk(out):
            for name in names:
                with open(os.path.join(place, name), encoding="utf-8") as file:
                    assert "race" not in file.read(), f"{name} says something about race"
        with open(os.path.join(out, "answers.csv"), encoding="utf-8", newline="") as file:
            first = {row["question"]: row["answer"] for row in csv.DictReader(file)
                     if row["person"] == "columbia-1"}
        assert first["interest_sports"] == "1" and first["interest_reading"] == "10", first
        assert first["wants_attractive"] == "20" and first["is_ambitious"] == "10", first
        assert first["goal"] == "meet_people" and len(first) == 29, first
        assert env.run("matchctl", "import", out).returncode == 0
    people = env.sql("select display_name, city, gender, extract(year from age(date '2026-11-22',"
                     " date_of_birth))::int from public.users u join public.profiles p"
                     " on p.user_id = u.id where display_name like 'Participant%' order by 1")
    assert people[0] == ("Participant 1", "Evening 1", "female", 24), people
    assert people[3] == ("Participant 4", "Evening 1", "male", 27), people  # the median
    assert len(people) == 6
    assert env.sql("select count(*) from public.match_offers")[0][0] == 3, "decisions came in"


def main():
    with devenv.Environment() as env:
        check_bad_cells(env)
        check_bad_files(env)
        check_good(env)
        check_again(env)
        check_speed_dating(env)


main()
