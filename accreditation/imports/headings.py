"""How registers of facilities are headed. Patterns match the whole folded heading."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core.imports.headings import Column, Vocabulary, context, rules
from core.imports.targets import ORDINAL

FIELDS = {
    "name": _("Tên cơ sở"),
    "legal_kind": _("Loại hình"),
    "ownership": _("Công lập hay ngoài công lập"),
    "address": _("Địa chỉ"),
    "commune": _("Xã, phường"),
    "head_name": _("Người đứng đầu"),
    "phone": _("Điện thoại"),
    "founding_number": _("Số quyết định thành lập"),
    "founding_date": _("Ngày quyết định thành lập"),
    "founding_issuer": _("Cơ quan ra quyết định thành lập"),
    "licence_number": _("Số giấy phép"),
    "licence_date": _("Ngày cấp giấy phép"),
    "licence_issuer": _("Cơ quan cấp giấy phép"),
    "ends_on": _("Ngày hết hạn giấy phép"),
    "groups": _("Nhóm đối tượng"),
    "capacity": _("Quy mô"),
    "residents": _("Số người đang ở"),
    "note": _("Ghi chú"),
}
# Fields whose value may stand once for several rows, in cells merged downwards.
FILLED_DOWN = frozenset(("commune", "legal_kind", "ownership", "founding_issuer", "licence_issuer"))

_HOUSE = r"(co so|don vi|trung tam|mai am|nha tam lanh)"
_AID = r"(tro giup( xa hoi)?|bao tro( xa hoi)?|tgxh|btxh|cham soc|nuoi duong)"
_FOUNDING = r"(quyet dinh|qd|van ban)( cho phep)?( thanh lap)?|(giay )?(chung nhan )?(dang ky )?thanh lap"
_LICENCE = r"(giay phep|gphd|gp|giay xac nhan)( hoat dong)?"
_PHONE = r"(so )?(dien thoai|dt|dtdd|sdt|di dong|tel|phone|hotline)( lien (he|lac))?( co so)?"
_HEAD = (
    r"(nguoi (dung dau|dai dien( theo)?( phap luat)?|phu trach|quan ly)|giam doc|thu truong|chu co so|lanh dao|"
    r"truong co so|dai dien( phap luat)?|quan ly|phu trach)( co so| don vi)?"
)
_NAME = r"(ho( va)? ten|ho ten|ten)"

RULES = rules(
    (r"(stt|tt|so tt|s tt|so thu tu|thu tu|no)", ORDINAL),
    (rf"ten( goi)?( cac)?( {_HOUSE})?( {_AID})*( cong lap)?|{_HOUSE}( {_AID})*", "name"),
    (
        r"(cong lap|cl) (hay |hoac |va )?(ngoai cong lap|ncl)|hinh thuc( so huu)?|so huu|thanh phan( kinh te)?|"
        r"tinh chat( so huu)?|hinh thuc (thanh lap|hoat dong)",
        "ownership",
    ),
    (r"ngoai cong lap|ncl|tu nhan|dan lap", "ownership=private"),
    (r"cong lap|cl", "ownership=public"),
    (rf"(loai( hinh)?|phan loai)( {_HOUSE})?( {_AID})*( hoat dong)?|linh vuc( hoat dong)?", "legal_kind"),
    (r"(ten )?(xa( phuong)?( thi tran| dac khu)?|phuong( xa)?|dia ban)( hien nay| moi)?", "commune"),
    (r"(dia chi|tru so|noi dat tru so|dia diem)( \w+){0,4}", "address"),
    (rf"({_NAME} )?{_HEAD}", "head_name"),
    (rf"{_PHONE}( {_HEAD})?", "phone"),
    (
        rf"(so |so va ngay |so ngay( thang nam)? )?({_FOUNDING})( so)?( ngay( thang)?( nam)?)?|"
        r"so (qd|quyet dinh)( tl)?",
        "founding_number",
    ),
    (rf"ngay( thang nam)?( ky| ban hanh| cap)? ({_FOUNDING})|(ngay|nam) thanh lap", "founding_date"),
    (
        rf"(co quan|noi|cap)( ban hanh| cap| ra| ky| quyet dinh)* ({_FOUNDING})|co quan (ban hanh|chu quan)",
        "founding_issuer",
    ),
    (rf"(so |so va ngay |so ngay( thang nam)? )?({_LICENCE})( so)?( ngay( cap)?( thang)?( nam)?)?", "licence_number"),
    (rf"ngay( thang nam)? cap( {_LICENCE})|ngay( thang nam)? {_LICENCE}", "licence_date"),
    (rf"(co quan|noi|don vi) cap {_LICENCE}", "licence_issuer"),
    (
        rf"(ngay )?het (han|hieu luc)( {_LICENCE})?|(co )?(gia tri|hieu luc|thoi han)( {_LICENCE})?( den( ngay)?)?|"
        rf"thoi han {_LICENCE}|{_LICENCE} (het han|co gia tri den)( ngay)?",
        "ends_on",
    ),
    (
        r"(nhom |cac |loai )*doi tuong( (phuc vu|tiep nhan|cham soc|tro giup|nuoi duong|duoc \w+))*( chinh)?",
        "groups",
    ),
    (
        r"quy mo( \w+){0,4}|cong suat( \w+){0,3}|suc chua|kha nang tiep nhan|so (giuong|cho)( \w+){0,3}|"
        r"chi tieu( giuong)?",
        "capacity",
    ),
    (
        r"(tong )?so (nguoi|doi tuong|luong)( \w+){0,5}|(dang|hien dang) (o|nuoi duong|quan ly|cham soc)( \w+){0,3}|"
        r"(so )?hien co( mat)?",
        "residents",
    ),
    (r"ghi chu( \w+){0,3}|gc|tinh trang( \w+){0,3}", "note"),
)  # fmt: skip
CONTEXTS = (
    context(
        rf"(thong tin (ve )?)?({_LICENCE})( .*)?|cap phep( hoat dong)?",
        (r"(ngay )?(het (han|hieu luc)|co gia tri den|hieu luc den)( .*)?|thoi han( .*)?", "ends_on"),
        (r"so( .*)?", "licence_number"),
        (r"ngay( .*)?", "licence_date"),
        (r"(co quan|noi|don vi)( .*)?", "licence_issuer"),
        closed=True,
    ),
    context(
        rf"(thong tin (ve )?)?({_FOUNDING})( .*)?",
        (r"so( .*)?", "founding_number"),
        (r"ngay( .*)?|nam( .*)?", "founding_date"),
        (r"(co quan|noi|cap|don vi)( .*)?", "founding_issuer"),
        closed=True,
    ),
    context(
        r"(loai( hinh)?|hinh thuc|so huu|thanh phan)( .*)?",
        (r"ngoai cong lap|ncl|tu nhan|dan lap", "ownership=private"),
        (r"cong lap|cl|nha nuoc", "ownership=public"),
    ),
    context(
        rf"({_NAME} )?{_HEAD}",
        (rf"{_PHONE}", "phone"),
        (rf"{_NAME}( \w+)*", "head_name"),
        closed=True,
    ),
    context(
        r"(dia chi|tru so|dia diem)( .*)?",
        (r"(xa|phuong)( .*)?", "commune"),
        (r"(huyen|tinh|tp|thanh pho|quan)( .*)?", ""),
        (r"(so nha|duong|dia chi|chi tiet|ap|khu pho|to|thon)( .*)?", "address"),
    ),
    context(
        r"(tong )?so (nguoi|doi tuong|luong)( .*)?|hien co",
        (r"tong( so| cong)?", "residents"),
        closed=True,
    ),
)  # fmt: skip
DOUBTFUL = {
    "so": ("founding_number", "licence_number"),
    "ngay": ("founding_date", "licence_date"),
    "ngay cap": ("licence_date", "founding_date"),
    "ngay ky": ("founding_date", "licence_date"),
    "co quan cap": ("licence_issuer", "founding_issuer"),
    "noi cap": ("licence_issuer", "founding_issuer"),
    "so giay to": ("licence_number", "founding_number"),
}


class FacilityHeadings(Vocabulary):
    def may_join(self, kept: Column, column: Column) -> bool:
        """Street and number beside each other below one heading, and several columns of notes."""
        if column.target == "address":
            return len(column.parts) > 1 and column.parts[:-1] == kept.parts[:-1]
        return column.target == "note"


VOCABULARY = FacilityHeadings(
    FIELDS, RULES, CONTEXTS, DOUBTFUL, {"address": ", ", "note": "; ", "groups": "; "},
)  # fmt: skip
