"""How communes write headings. Patterns match the whole folded heading (lower case, no accents, single spaces)."""

from __future__ import annotations

import re

from core.imports.headings import Context, context
from core.imports.targets import ORDINAL

_PERSON = (
    r"(doi tuong|nguoi (khuyet tat|cao tuoi|tam than|don than|huong( \w+){0,4}|duoc \w+( \w+){0,4}|benh|nhiem hiv|"
    r"gia|dan|lang thang|co hoan canh( \w+){0,3})|tre( em)?( \w+){0,3}|nkt|nct|te|btxh|bao tro( xa hoi)?|ca nhan|"
    r"thanh vien|khach hang|cong dan|than chu|khai sinh)"
)
_CARER = (
    r"(nguoi (giam ho|nuoi duong|cham soc|nuoi|dai dien|nhan thay|nhan tro cap( thay| ho)?|dung ten nhan|than|bao ho)"
    r"( \w+){0,3}|ngh|cha me nguoi giam ho|giam ho)"
)
_PHONE = r"(so )?(dien thoai|dt|dtdd|sdt|di dong|dien thoai di dong|tel|phone)( lien (he|lac))?"
_ID = (
    r"(can cuoc( cong dan)?|cccd|cc|cmnd|cmt|cmtnd|chung minh( nhan dan)?( thu)?|dinh danh( ca nhan)?|ddcn|gttt|"
    r"giay to( tuy than)?)"
)
_HAMLET = r"(ap|khu pho|kp|thon|to( dan pho| nhan dan| dan cu| san xuat)?|khu vuc|khu|buon|bon|lang|soc|khom|tdp)"
_PLACE = r"(dia chi|noi o|noi cu tru|cu tru|ho khau( thuong tru)?|hktt|thuong tru|tam tru|cho o|noi thuong tru|dc)"

# First match wins. "" = known and deliberately not read.
_RULES: tuple[tuple[str, str], ...] = (
    (r"(stt|tt|so tt|s tt|so thu tu|thu tu|no)", ORDINAL),
    (rf"(ho( va)? (ten )?(chu )?(dem|lot)|ho va ten (dem|lot)|ho va ten chu dem)( {_PERSON})?", "name_family"),
    (r"ten|ten rieng|ten goi", "name_given"),
    (
        rf"(ho( va| chu dem va|,)? ten( khai sinh)?|ho ten day du|ten day du|hoten|ho va ten ten)"
        rf"( cua)?( {_PERSON}){{0,2}}",
        "name",
    ),
    (rf"ten {_PERSON}", "name"),
    (r"((ngay )?(thang )?nam|ngay( thang)?) sinh (cua )?nam|nam nam sinh", "birth_male"),
    (r"((ngay )?(thang )?nam|ngay( thang)?) sinh (cua )?nu|nu nam sinh", "birth_female"),
    (
        rf"((ngay )?(thang )?(nam )?sinh|ngay thang nam|sinh ngay|sinh nam|ns|ntns|ngay thang nam sinh hoac nam sinh|"
        rf"ngay sinh nam sinh|nam sinh ngay sinh)( (cua )?{_PERSON})?( dd mm yyyy| ngay thang nam)?",
        "birth",
    ),
    (r"(gioi tinh|gioi|phai|gtinh)( nam nu)?|nam nu", "sex"),
    (r"nam", "birth_male"),
    (r"nu", "birth_female"),
    (rf"ngay( thang nam)? cap( so)?( the)?( {_ID})*|ngay cap giay to( tuy than)?", "id_date"),
    (rf"noi cap( {_ID})*|co quan cap", ""),
    (r"(so )?(cmnd|cmt|cmtnd|chung minh( nhan dan)?( thu)?|giay cmnd)( cu)?( 9 so)?|so cu cmnd", "id_old"),
    (
        rf"(so |ma )?(the |giay )?{_ID}( hoac| va| so)?(( hoac| so| the)? {_ID})*( moi)?( 12 so)?( {_PERSON})?",
        "id_number",
    ),
    (rf"(ma so|so|ma) (dinh danh|ca nhan)( ca nhan)?( {_ID})*( {_PERSON})?", "id_number"),
    (rf"{_PHONE} {_CARER}|{_CARER} {_PHONE}", "guardian_phone"),
    (rf"{_PHONE}( {_PERSON}| gia dinh| chu ho)?|lien he|lien lac", "phone"),
    (r"dan toc|thanh phan dan toc", "ethnicity"),
    (
        r"(ten )?(xa|phuong|xa phuong|xa phuong thi tran|phuong xa|don vi|dia phuong|ubnd xa|dac khu xa phuong)"
        r"( hien nay| moi)?",
        "commune",
    ),
    (rf"(ten )?{_HAMLET}( {_HAMLET})*", "hamlet"),
    (
        rf"({_PLACE}|so nha|so nha duong|duong|thon xom)( \w+){{0,4}} (cu|truoc sap nhap|truoc day|theo don vi cu)|"
        rf"{_PLACE} cu( truoc sap nhap)?|(xa|huyen|xa huyen|xa phuong) cu( truoc sap nhap)?",
        "address_old",
    ),
    (
        rf"{_PLACE}( {_PLACE})*( hien (nay|tai)| thuong tru| tam tru| cu the| chi tiet| gia dinh| noi cu tru| cu tru)*"
        rf"( {_HAMLET})*( xa| phuong)*|so nha( ten)?( duong)?( pho)?( {_HAMLET})*|thon xom",
        "address",
    ),
    (r"muc do( khuyet tat| kt| tat)?|md( kt)?|mdkt|hang( khuyet tat| tat)", "disability_level"),
    (r"(dang|loai)( khuyet)? tat|(dang|loai) kt|loai hinh khuyet tat|khuyet tat|dang tat", "disability_type"),
    (
        r"(thuoc )?(dien )?(ho )?ngheo (ho )?(va )?can ngheo( \w+){0,2}|"
        r"(thuoc dien |thuoc |dien |loai |phan loai )ho( gia dinh)?|hoan canh( kinh te| gia dinh)?|"
        r"tinh trang (ho|kinh te)( ho)?|ho ngheo hcn|ma ho ngheo",
        "household_status",
    ),
    (r"(thuoc )?(dien )?(ho )?ngheo|hn", "household_status=poor"),
    (r"(thuoc )?(dien )?(ho )?can ngheo|hcn", "household_status=near_poor"),
    (
        r"(nhom |loai |dien |thuoc dien |thuoc nhom |ma |ten )?doi tuong"
        r"( btxh| bao tro( xa hoi)?| huong( tro cap)?| \w+)?|"
        r"(thuoc )?dien( huong( tro cap)?| chinh sach)?|che do( dang)? huong|nhom|loai tro cap",
        "group",
    ),
    (r"(ho( va)? ten |ten )?chu ho", "household_head"),
    (rf"(ho( va)? ten |ten )?{_CARER}", "guardian_name"),
    (r"nhu cau( \w+){0,4}|de nghi( ho tro| tro giup)?|can (ho tro|tro giup)|nguyen vong", "needs"),
    (r"ghi chu( \w+){0,3}|gc|chu thich|dien giai|hoan canh cu the|mo ta", "note"),
    (
        r"(so|ma|ky hieu)( so)? (ho so|hs|ca|truong hop)( cu| doi tuong| quan ly| luu)*|hs so|ho so so|ma doi tuong cu",
        "case_old_number",
    ),
    (
        r"(ngay|thoi diem|thoi gian|bat dau)( bat dau| mo| lap| tiep nhan| vao)+"
        r"( quan ly| theo doi| tro giup| ho so| hs| ca| doi tuong| truong hop| so)*|"
        r"ngay quan ly|quan ly tu( ngay)?|bat dau( tu)?",
        "case_opened",
    ),
    (
        r"(ho( va)? ten )?(nguoi|can bo|nv|cb|nhan vien)( \w+){0,3}"
        r" (phu trach|quan ly|theo doi|ctxh|cong tac xa hoi|qlth)( ca| truong hop)?",
        "case_worker",
    ),
    (
        r"(tinh trang|trang thai)( \w+)? (ho so|hs|ca|quan ly|truong hop|theo doi)|trang thai|"
        r"tinh trang( hien (nay|tai))?",
        "case_status",
    ),
)
RULES = tuple((re.compile(pattern), target) for pattern, target in _RULES)

# Headings that mean two things in practice; a person must decide.
DOUBTFUL: dict[str, tuple[str, ...]] = {
    "dt": ("phone", "ethnicity", "group"),
    "ma so": ("id_number", "case_old_number"),
    "so": ("id_number", "case_old_number"),
    "ngay": ("birth", "case_opened"),
    "ho": ("household_status", "household_head"),
    "ho gia dinh": ("household_status", "household_head"),
    "ten ho": ("household_head", "name"),
    "lien he": ("phone", "guardian_phone"),
    "can bo": ("case_worker", "note"),
}


_FULL_NAME = r"(ho( va)? ten|ten)( \w+){0,5}"
DISABILITY_MARKS: tuple[tuple[str, str], ...] = (
    (r"(khuyet tat )?van dong", "disability_type=mobility"),
    (r"(khuyet tat )?(nghe( va)? noi|nghe|noi)", "disability_type=hearing_speech"),
    (r"(khuyet tat )?(nhin|thi giac|mat)", "disability_type=vision"),
    (r"(khuyet tat )?(than kinh( va)?( tam than)?|tam than( than kinh)?|tk tt)", "disability_type=mental"),
    (r"(khuyet tat )?tri tue", "disability_type=intellectual"),
    (r"(khuyet tat |dang )?khac", "disability_type=other"),
)
LEVEL_MARKS: tuple[tuple[str, str], ...] = (
    (r"(khuyet tat )?(dac biet nang|dbn)", "disability_level=special_severe"),
    (r"(khuyet tat )?nang", "disability_level=severe"),
    (r"(khuyet tat )?nhe", "disability_level=mild"),
)
CONTEXTS: tuple[Context, ...] = (
    context(
        rf"(thong tin (ve )?)?{_CARER}( .*)?",
        (rf"{_PHONE}( .*)?", "guardian_phone"),
        (_FULL_NAME, "guardian_name"),
        closed=True,
    ),
    context(r"(thong tin (ve )?)?chu ho", (_FULL_NAME, "household_head"), closed=True),
    context(
        r"(thong tin )?(can bo|nguoi|nhan vien) (phu trach|quan ly|theo doi)( .*)?",
        (_FULL_NAME, "case_worker"),
        closed=True,
    ),
    context(r"(thong tin )?(cha|me|bo|vo|chong|con|anh chi em|nguoi (bao tin|gioi thieu|lap|ky))( .*)?", closed=True),
    context(
        r"(thong tin )?(quyet dinh|the bhyt|bhyt|tai khoan|ngan hang|the|tro cap|muc (huong|tro cap)|kinh phi)( .*)?",
        closed=True,
    ),
    context(
        r"(ngay thang nam|ngay|nam|thang nam|ngay thang)? ?sinh( ngay)?|ngay thang nam",
        (r"nam( gioi)?", "birth_male"),
        (r"nu( gioi)?", "birth_female"),
        (r"ngay( sinh)?", "birth_day"),
        (r"thang( sinh)?", "birth_month"),
        (r"nam sinh", "birth_year"),
    ),
    context(r"gioi tinh|gioi|phai", (r"nam( gioi)?", "sex=male"), (r"nu( gioi)?", "sex=female"), closed=True),
    context(
        rf"(so |ma |thong tin )?(the |giay )?{_ID}( {_ID})*",
        (r"(so|ma so|so the|so giay to|so dinh danh)", "id_number"),
        (r"ngay( thang nam)?( cap)?", "id_date"),
        (r"noi( cap)?|loai( giay to)?", ""),
    ),
    context(rf"{_PLACE} cu( .*)?|{_PLACE} truoc.*", (r"(?!noi cap).*", "address_old")),
    context(
        rf"{_PLACE}( .*)?",
        (r"(xa|phuong|xa phuong|xa phuong thi tran|phuong xa)( .*)?", "commune"),
        (r"(huyen|tinh|tp|thanh pho|quan).*", ""),
        (rf"{_HAMLET}( {_HAMLET})*", "hamlet"),
        (r"(so nha|duong|dia chi|chi tiet).*", "address"),
    ),
    context(
        r"((dang|loai)( khuyet)? tat|(dang|loai) kt|khuyet tat)( .*)?",
        *LEVEL_MARKS,
        *DISABILITY_MARKS,
        (r"(dang|loai)( .*)?", "disability_type"),
        (r"muc do( .*)?", "disability_level"),
    ),
    context(r"(muc do|mdkt|md|hang)( .*)?", *LEVEL_MARKS),
    context(
        r"(thuoc )?(dien )?(loai )?(ho|ho gia dinh|hoan canh.*|ho ngheo.*|phan loai ho.*)",
        (r"(ho )?(ngheo|hn)", "household_status=poor"),
        (r"(ho )?(can ngheo|hcn|cn)", "household_status=near_poor"),
        (r"(ho )?(trung binh|muc song trung binh|mstb)", "household_status=average"),
        (r"(ho )?khac|khong", "household_status=none"),
    ),
    context(r"(nhom |loai |dien |thuoc dien )?(doi tuong|dien)( .*)?", marks="group"),
)
