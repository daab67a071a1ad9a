"""How long reading a large list of persons takes, and how much memory the whole process needs.

    python benchmarks/import_reading.py [--rows 100000] [--columns 20] [--keep FILE.xlsx]

The list is written by a child process, so that the peak counted here is that of reading alone. Peak RSS of the process,
with Python, Django's translation and the reader in it, is to stay under 300 MB for 100,000 rows of 20 columns.
"""

from __future__ import annotations

import argparse
import datetime as dt
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

HEADINGS = [
    "STT", "Họ và tên", "Ngày, tháng, năm sinh", "Giới tính", "Số CCCD", "Ngày cấp", "Điện thoại", "Dân tộc",
    "Xã, phường", "Ấp, khu phố", "Địa chỉ", "Địa chỉ cũ", "Đối tượng", "Dạng khuyết tật", "Mức độ khuyết tật",
    "Hộ nghèo, cận nghèo", "Chủ hộ", "Người giám hộ", "Nhu cầu", "Ghi chú",
]  # fmt: skip
FAMILY = ["Nguyễn", "Trần", "Lê", "Phạm", "Điểu", "Hoàng", "Võ", "Đặng", "Bùi", "Tống"]
MIDDLE = ["Văn", "Thị", "Hữu", "Ngọc", "Minh", "Thanh"]
GIVEN = ["An", "Bình", "Cúc", "Dũng", "Giang", "Hạnh", "Khánh", "Lan", "Mai", "Nghĩa", "Phúc", "Quyên", "Sơn", "Tâm"]


def person(random_: random.Random, number: int) -> list[object]:
    born = dt.date(1936, 1, 1) + dt.timedelta(days=random_.randrange(27_000))
    woman = number % 2
    papers = f"075{woman + (2 if born.year >= 2000 else 0)}{born.year % 100:02d}{number:06d}"
    name = f"{random_.choice(FAMILY)} {random_.choice(MIDDLE)} {random_.choice(GIVEN)}"
    return [
        number, name, born.strftime("%d/%m/%Y") if number % 3 else born.year, "Nữ" if woman else "Nam",
        papers if number % 4 else int(papers), "05/09/2021", f"09{number:08d}", "Kinh", f"Xã {number % 62 + 1}",
        f"Ấp {number % 9 + 1}", f"Số {number}, đường {number % 40}", f"Huyện cũ {number % 11}", "Người khuyết tật nặng",
        "Vận động", "Nặng", "Hộ nghèo" if number % 2 else "Cận nghèo", f"Nguyễn Văn {random_.choice(GIVEN)}",
        f"Trần Thị {random_.choice(GIVEN)}", "Hỗ trợ phục hồi chức năng", f"Ghi chú {number}",
    ]  # fmt: skip


def write_list(path: str, rows: int, columns: int) -> None:
    import xlsxwriter

    random_ = random.Random(375)
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("Danh sách")
    headings = [*HEADINGS, *(f"Cột thêm {n}" for n in range(columns - len(HEADINGS)))][:columns]
    sheet.write_row(0, 0, headings)
    for number in range(1, rows + 1):
        extra = [f"thêm {number}"] * (columns - len(HEADINGS))
        sheet.write_row(number, 0, [*person(random_, number), *extra][:columns])
    book.close()


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read_list(path: str) -> tuple[int, int, int]:
    import django
    from django.conf import settings

    settings.configure(USE_I18N=True, USE_TZ=True, LANGUAGE_CODE="vi")
    django.setup()
    from casework.imports.rows import fingerprint, read_rows
    from core.imports.workbook import open_workbook

    rows = errors = warnings = 0
    with open_workbook(path) as workbook:
        for row in read_rows(workbook, today=dt.date(2026, 11, 5)):
            rows += 1
            errors += row.verdict == "error"
            warnings += row.verdict == "warning"
            fingerprint(row.values, key=b"benchmark")
    return rows, errors, warnings


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--keep", default="", help="write the list here and keep it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or str(Path(folder) / "list.xlsx")
        writer = multiprocessing.get_context("spawn").Process(
            target=write_list, args=(path, options.rows, options.columns)
        )
        writer.start()
        writer.join()
        if writer.exitcode:
            raise SystemExit("the list could not be written")
        begun = time.perf_counter()
        rows, errors, warnings = read_list(path)
        seconds = time.perf_counter() - begun
    print(f"rows {rows:,}  columns {options.columns}  errors {errors:,}  warnings {warnings:,}")
    print(f"seconds {seconds:.1f}  rows/s {rows / seconds:,.0f}  peak RSS {peak_mb():.0f} MB")


if __name__ == "__main__":
    main()
