"""A list of people in any encoding: each row is taken, told as a repetition, or told why not."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.training.columns import ENCODINGS
from comity.training.enrolment import MAX_BYTES, MAX_ROWS, read_enrolment
from comity.training.errors import EnrolmentEncodingError, EnrolmentError

HEAD = "person,name,function\n"
NAMED = {
    "ar": ("الرقم الوظيفي", "الاسم", "الوظيفة", "اللغة"),
    "en": ("Staff number", "Full name", "Role", "Language"),
    "es": ("Legajo", "Nombre y apellidos", "Función", "Idioma"),
    "fr": ("Matricule", "Nom et prénom", "Fonction", "Langue"),
    "ru": ("Табельный номер", "ФИО", "Должность", "Язык"),
    "vi": ("Mã cán bộ", "Họ và tên", "Chức vụ", "Ngôn ngữ"),
    "zh-hans": ("工号", "姓名", "职务", "语言"),
}


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("7,,examiner", "row-missing"),
        (",Ann,examiner", "row-missing"),
        ("7,Ann", "row-missing"),
        ("7,Ann,examiner,more", "row-columns"),
        ("7,An\u202en,examiner", "row-text"),
        (f"7,{'x' * 201},examiner", "row-text"),
        ("7,Ann,examiner!", "row-function"),
        ("1,Another,examiner", "row-conflict"),
    ],
)
def test_a_row_with_an_error_is_told_and_the_others_are_taken(row: str, code: str) -> None:
    found = read_enrolment(f"{HEAD}1,Ann,examiner\n{row}\n2,Bo,examiner\n".encode())
    assert [(one.line, one.code) for one in found.problems] == [(3, code)]
    assert [one.person for one in found.people] == ["1", "2"]
    assert "Another" not in str(found.problems)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"who,what\n1,2\n",
        b"person,name\n1,Ann\n",
        b"person,name,full name,function\n1,a,b,examiner\n",
        b'person,name,function\n1,"Ann,examiner\n',
        b"person,name,function\n" + b"1,Ann,examiner\n" * (MAX_ROWS + 1),
        b"x" * (MAX_BYTES + 1),
    ],
)
def test_what_is_no_list_is_refused(data: bytes) -> None:
    with pytest.raises(EnrolmentError):
        read_enrolment(data)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("person,name,function\n1,Zoë,examiner\n".encode("cp1252"), None),
        ("person,name,function\n1,Zoë,examiner\n".encode("cp1252"), "utf-8"),
        (b"person,name,function\n1,Ann,examiner\n", "ebcdic"),
        (b"\xff\xfep", None),
    ],
)
def test_an_encoding_is_not_guessed_where_two_would_do(data: bytes, encoding: str | None) -> None:
    with pytest.raises(EnrolmentEncodingError) as refused:
        read_enrolment(data, encoding=encoding)
    assert encoding == "utf-8" or refused.value.code == "enrolment-encoding"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("lang", sorted(NAMED))
def test_the_columns_may_be_named_in_any_of_seven_languages(lang: str, separator: str) -> None:
    rows = [NAMED[lang], ("7", "Ann", "Contact point officer", lang)]
    text = "\r\n".join(separator.join(row) for row in rows)
    (person,) = read_enrolment(text.encode("utf-8-sig")).people
    assert (person.name, person.function) == ("Ann", "contact-point-officer")
    assert person.language == lang


@pytest.mark.parametrize(
    ("lang", "name", "encoding"),
    [
        ("ru", "Иванова Анна", "cp1251"),
        ("ar", "ليلى حسن", "cp1256"),
        ("zh-hans", "王小明", "gb18030"),
        ("fr", "Zoé Lefèvre", "cp1252"),
        ("es", "Íñigo Muñoz", "cp1252"),
        ("vi", "Nguyễn Thị Hoa", "utf-16"),
        ("vi", "Nguyễn Thị Hoa", "utf-8"),
    ],
)
def test_5000_rows_lose_nobody_in_any_encoding(lang: str, name: str, encoding: str) -> None:
    head = ",".join(NAMED[lang][:3])
    rows = [f"{number},{name} {number},examiner" for number in range(4_900)]
    rows += rows[:60]  # told as duplicates
    rows += [f"{number},Somebody else,examiner" for number in range(30)]
    rows += [f",{name},examiner"] * 10
    found = read_enrolment("\r\n".join([head, *rows]).encode(encoding))
    assert found.rows == 5_000
    assert (len(found.people), len(found.duplicates), len(found.problems)) == (4_900, 60, 40)
    assert found.people[7].name == f"{name} 7"
    assert found.duplicates[0] == (4_902, 2)


def test_a_quoted_cell_may_go_over_lines_and_the_line_told_is_where_its_row_begins() -> None:
    found = read_enrolment(f'{HEAD}1,"Ann\nLee",examiner\n2,,examiner\n'.encode())
    assert found.people[0].name == "Ann Lee"
    assert found.problems[0].line == 4


# ------------------------------------------------------------------ by an identity provider

PROVIDERS = {
    "scim": (
        "id,externalId,userName,name.formatted,displayName,title,preferredLanguage,active",
        "2819c223,701984,hoa@mps.example,Ms Hoa,Nguyễn Thị Hoa,Examiner,vi-VN,true",
    ),
    "entra": (
        "userPrincipalName,displayName,surname,givenName,jobTitle,preferredLanguage,accountEnabled",
        "hoa@mps.example,Nguyễn Thị Hoa,Nguyễn,Hoa,Examiner,vi,True",
    ),
    "entra, bulk": (
        '"User principal name","Display name","Job title","Preferred language","Account enabled"',
        '"hoa@mps.example","Nguyễn Thị Hoa","Examiner","vi-VN","Yes"',
    ),
    "google": (
        "First Name [Required],Last Name [Required],Email Address [Required],Status [READ ONLY],"
        "Employee Title",
        "Nguyễn Thị,Hoa,hoa@mps.example,Active,Examiner",
    ),
    "okta": (
        "login;firstName;lastName;title;preferredLanguage;status",
        "hoa@mps.example;Nguyễn Thị;Hoa;Examiner;vi;ACTIVE",
    ),
    "keycloak": (
        "username\tfirstName\tlastName\tenabled\tlocale\ttitle",
        "hoa@mps.example\tNguyễn Thị\tHoa\ttrue\tvi\texaminer",
    ),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_a_list_by_an_identity_provider_is_known_by_its_columns(
    provider: str, encoding: str
) -> None:
    data = "\r\n".join(PROVIDERS[provider]).encode(encoding)
    named = encoding if encoding == "gb18030" else None
    found = read_enrolment(data, encoding=named)
    assert found.problems == ()
    (one,) = found.people
    assert (one.person, one.name, one.function) == ("hoa@mps.example", "Nguyễn Thị Hoa", "examiner")
    assert one.language == ("" if provider == "google" else "vi")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("a,Ann,Examiner,en,false", "row-inactive"),
        ("a,Ann,Examiner,en,Suspended", "row-inactive"),
        ("a,Ann,Head of section (acting),en,true", "row-function"),
        ("a,Ann,,en,true", "row-missing"),
        ("a,,Examiner,en,true", "row-missing"),
        (",Ann,Examiner,en,true", "row-missing"),
        ("a,An\u202en,Examiner,en,true", "row-text"),
    ],
)
def test_an_account_that_does_not_fit_is_told(row: str, code: str) -> None:
    head = "userName,displayName,title,preferredLanguage,active"
    found = read_enrolment(f"{head}\n{row}\nb,Bo,Examiner,de-DE,true\n".encode())
    assert [(one.line, one.code) for one in found.problems] == [(2, code)]
    (bo,) = found.people
    assert bo.language == "", "the language of an account that no course has is nobody's error"


def test_a_function_may_be_named_for_those_whose_title_is_no_key() -> None:
    data = "userName,displayName,title\na,Ann,Giám định viên\nb,Bo,Judge\nc,Cy,\n".encode()
    found = read_enrolment(data, function="examiner")
    assert [one.function for one in found.people] == ["examiner", "judge", "examiner"]
    plain = read_enrolment(b"userName,displayName\na,Ann\n", function="examiner")
    assert plain.people[0].function == "examiner"
    with pytest.raises(EnrolmentError):
        read_enrolment(b"userName,displayName\na,Ann\n")


def test_in_a_list_of_ones_own_two_columns_of_one_meaning_stay_an_error() -> None:
    with pytest.raises(EnrolmentError, match="two columns"):
        read_enrolment(b"person,id,name,function\n1,1,Ann,examiner\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1251"])
def test_5000_accounts_in_three_encodings_are_each_in_one_of_three(encoding: str) -> None:
    name = "Иванова" if encoding == "cp1251" else "Nguyễn"
    rows = [f"u{number}@mps.example,{name} {number},Examiner,ru" for number in range(4_980)]
    rows += rows[:10] + [f"x{number}@mps.example,,Examiner,ru" for number in range(10)]
    text = "\r\n".join(["userName,displayName,title,preferredLanguage", *rows])
    found = read_enrolment(text.encode(encoding), encoding=encoding)
    assert found.rows == 5_000
    assert (len(found.people), len(found.duplicates), len(found.problems)) == (4_980, 10, 10)
    assert found.people[-1].name == f"{name} 4979"


@given(st.binary(max_size=300), st.sampled_from([None, *ENCODINGS]))
def test_no_bytes_raise_anything_but_a_coded_error(data: bytes, encoding: str | None) -> None:
    for head in (b"", HEAD.encode()):
        with suppress(EnrolmentError):
            found = read_enrolment(head + data, encoding=encoding)
            counted = len(found.people) + len(found.duplicates) + len(found.problems)
            assert counted == found.rows
