"""Full contracts of invented people, with letters that break when a font or a normal form is wrong."""

from datetime import date

from core.documents.printing.contracts import (
    ClosedPerson,
    ClosureDecision,
    Consent,
    Danger,
    InspectedItem,
    InspectedSection,
    InspectionFinding,
    InspectionMinutes,
    IntakeFamily,
    IntakeHealth,
    IntakePerson,
    IntakeSheet,
    Letterhead,
    Need,
    PlanAction,
    PlanAssessment,
    PlanDomain,
    PlanGoal,
    PlanPerson,
    Reporter,
    ServicePlan,
    Signature,
)

LETTERHEAD = Letterhead(
    parent_body="Sở Y tế Thành phố Đồng Nai",
    issuing_body="Trung tâm Công tác xã hội tổng hợp",
    number="12",
    symbol="QĐ-TTCTXH",
    place="Đồng Nai",
    issued_on=date(2026, 11, 5),
)

INTAKE = IntakeSheet(
    letterhead=Letterhead(
        parent_body="Sở Y tế Thành phố Đồng Nai",
        issuing_body="Trung tâm Công tác xã hội tổng hợp",
        number="TN-2026-000123",
        place="Đồng Nai",
        issued_on=date(2026, 2, 3),
    ),
    form_basis="Điều 4 Thông tư số 02/2020/TT-BLĐTBXH",
    case_number="HS-2026-000123",
    received_on=date(2026, 2, 3),
    received_time="08 giờ 15 phút",
    channel="Điện thoại",
    reporter=Reporter("Lê Thị Ngữ", "Hàng xóm", "0912 000 111", "Tổ 5, phường Trảng Dài, Thành phố Đồng Nai"),
    person=IntakePerson(
        name="Nguyễn Thị Ẳng Ỗi",
        other_name="Bà Sáu",
        born="1948",
        sex="Nữ",
        ethnicity="Xtiêng",
        marital_status="Góa",
        identity_number="075148000123",
        identity_issued="10/5/2022, Cục Cảnh sát QLHC về TTXH",
        permanent_address="Ấp 3, xã Phú Lý, Thành phố Đồng Nai",
        current_address="Nhà trọ số 7, hẻm 12, phường Trảng Dài, Thành phố Đồng Nai",
        contact="0987 000 222 (cháu Hữu)",
        education="Lớp 5/10",
        school="Không học",
        job="Bán vé số",
        income="1.500.000 đồng/tháng",
        services_now="Trợ cấp hưu trí xã hội 540.000 đồng/tháng; thẻ bảo hiểm y tế",
    ),
    health=IntakeHealth(
        illness="Tăng huyết áp, di chứng tai biến năm 2023",
        disability="Vận động, mức độ nặng (giấy số 15/2024)",
        features="Đi lại bằng khung tập đi",
        work_ability="Không còn khả năng lao động",
        self_care="Cần người giúp khi tắm và đi vệ sinh",
        treatment_history="Điều trị nội trú 21 ngày tại Bệnh viện Thống Nhất; tập phục hồi tại trạm y tế 3 tháng",
        physical_state="Yếu nửa người trái, sụt 4 kg trong hai tháng",
        mental_state="Buồn, mất ngủ, không có ý định tự hại",
    ),
    family=IntakeFamily(
        head_name="Trần Văn Hữu",
        head_born=date(1990, 9, 1),
        head_sex="Nam",
        head_identity="075090000456",
        head_contact="0987 000 222",
        relation_to_head="Bà ngoại",
        main_work="Phụ hồ",
        size="4 người",
        position="Người phụ thuộc",
        economic_state="Hộ cận nghèo (năm 2026)",
        income_sources="Tiền công phụ hồ, bán vé số",
        spending_food="3.000.000 đồng",
        spending_clothes="100.000 đồng",
        spending_school="450.000 đồng",
        spending_health="600.000 đồng",
        spending_other="Tiền trọ 1.200.000 đồng",
        housing="Phòng trọ 16 m², mái tôn, nhà vệ sinh chung cách 30 m",
        caring_capacity="Cháu đi làm cả ngày, chăm được buổi tối",
    ),
    needs=(
        Need("Người chăm sóc ban ngày", "Khẩn cấp", "Ngã hai lần trong tháng 01"),
        Need("Phục hồi chức năng tại nhà", "Cao", "Đã có chỉ định"),
        Need("Sửa lối đi và nhà vệ sinh", "Trung bình", ""),
    ),
    danger=Danger(True, "Ở một mình từ 6 giờ đến 18 giờ, bếp gas gần giường", "Nhờ hàng xóm trông, khóa van gas"),
    consent=Consent(
        "Sự đồng ý của người có dữ liệu (Luật số 91/2025/QH15)",
        True,
        "Nguyễn Thị Ẳng Ỗi",
        "Chia sẻ với trạm y tế và cơ sở chăm sóc bán trú",
        date(2026, 2, 3),
    ),
    first_steps="Thăm hộ trong 24 giờ; mở hồ sơ khẩn cấp; kết nối chăm sóc bán trú.",
    receiver_name="Phạm Ngọc Diễm",
    receiver_title="Nhân viên công tác xã hội",
)

PLAN = ServicePlan(
    letterhead=Letterhead(
        parent_body="Sở Y tế Thành phố Đồng Nai",
        issuing_body="Trung tâm Công tác xã hội tổng hợp",
        symbol="KH-TTCTXH",
        place="Đồng Nai",
        issued_on=date(2026, 11, 25),
    ),
    version="2",
    starts=date(2026, 12, 1),
    ends=date(2027, 5, 31),
    person=PlanPerson(
        name="Nguyễn Thị Ẳng Ỗi",
        born="1948",
        sex="Nữ",
        identity_number="075148000123",
        address="Nhà trọ số 7, hẻm 12, phường Trảng Dài, Thành phố Đồng Nai",
        case_number="HS-2026-000123",
        guardian="Trần Văn Hữu",
        guardian_relation="Cháu ngoại",
        guardian_phone="0987 000 222",
    ),
    assessment=PlanAssessment(
        assessed_on=date(2026, 11, 12),
        risk_level="Cao",
        summary="Bà yếu nửa người trái, ở một mình ban ngày, đã ngã hai lần. Gia đình thương yêu nhưng thiếu người "
        "trông và thiếu tiền phục hồi chức năng. Chưa làm lại giấy xác định mức độ khuyết tật.",
        strengths="Bà tỉnh táo, muốn tập đi lại; hàng xóm sẵn lòng giúp.",
        resources="Trạm y tế phường, chi hội người cao tuổi, cơ sở chăm sóc bán trú Hoa Sữa.",
    ),
    domains=(
        PlanDomain(
            "Sức khỏe và dinh dưỡng",
            (
                PlanGoal(
                    "Tự đi được 20 m bằng khung sau ba tháng",
                    "cao",
                    (
                        PlanAction(
                            "Tập phục hồi chức năng tại nhà, 3 buổi mỗi tuần",
                            "Kỹ thuật viên trạm y tế phường Trảng Dài",
                            date(2026, 12, 1),
                            date(2027, 2, 28),
                            "Số buổi tập; quãng đường đi được",
                            "3.600.000 đồng (bảo hiểm y tế)",
                        ),
                        PlanAction(
                            "Đo huyết áp và cấp thuốc hằng tháng",
                            "Trạm y tế",
                            date(2026, 12, 1),
                            date(2027, 5, 31),
                            "Huyết áp dưới 140/90",
                            "Không",
                        ),
                    ),
                ),
            ),
        ),
        PlanDomain(
            "Nhà ở và an toàn",
            (
                PlanGoal(
                    "Không ngã trong nhà",
                    "khẩn cấp",
                    (
                        PlanAction(
                            "Lắp tay vịn, dời bếp gas khỏi phòng ngủ",
                            "Đoàn phường",
                            date(2026, 12, 1),
                            date(2026, 12, 15),
                            "Đã lắp, có ảnh",
                            "1.400.005 đồng (vận động)",
                        ),
                    ),
                ),
                PlanGoal(
                    "Có người trông vào ban ngày",
                    "cao",
                    (
                        PlanAction(
                            "Chăm sóc bán trú 5 ngày mỗi tuần",
                            "Cơ sở Hoa Sữa",
                            date(2026, 12, 7),
                            None,
                            "Số ngày đến cơ sở",
                            "",
                        ),
                    ),
                ),
            ),
        ),
    ),
    total_cost="5.000.005 đồng",
    total_in_words="Năm triệu không trăm linh năm đồng",
    reviews="Hằng tháng trong quý đầu, sau đó mỗi quý; rà soát ngay khi có sự cố",
    client_view="Tôi muốn ở với cháu, không muốn vào cơ sở nội trú.\n"
    "Tôi thích tập đi buổi sáng, đừng đến lúc tôi ngủ trưa.",
    client_name="Nguyễn Thị Ẳng Ỗi",
    manager_name="Phạm Ngọc Diễm",
    head=Signature("Phó Giám đốc", "Đỗ Hữu Nghĩa", "KT.", "Giám đốc"),
)

CLOSURE = ClosureDecision(
    letterhead=LETTERHEAD,
    subject="Về việc dừng trợ giúp xã hội đối với bà Nguyễn Thị Ẳng Ỗi",
    authority="Giám đốc Trung tâm Công tác xã hội tổng hợp",
    grounds=(
        "Căn cứ Nghị định số 335/2026/NĐ-CP ngày 21 tháng 8 năm 2026 của Chính phủ;",
        "Căn cứ Quyết định số 45/QĐ-UBND quy định chức năng, nhiệm vụ của Trung tâm Công tác xã hội tổng hợp",
        "Xét đơn của bà Nguyễn Thị Ẳng Ỗi ngày 30 tháng 10 năm 2026.",
    ),
    proposal="Theo đề nghị của Trưởng phòng Quản lý trường hợp",
    person=ClosedPerson(
        "Nguyễn Thị Ẳng Ỗi",
        "1948",
        "075148000123",
        "phường Trảng Dài, Thành phố Đồng Nai",
        "HS-2026-000123",
        "bà",
    ),
    effective_on=date(2026, 11, 10),
    closure_code="g",
    closure_text="người được trợ giúp có đơn đề nghị dừng sử dụng dịch vụ",
    closure_article="điểm g khoản 1 Điều 26 Nghị định số 335/2026/NĐ-CP",
    settlement=(
        "Phòng Quản lý trường hợp lập biên bản bàn giao cho gia đình và Ủy ban nhân dân phường Trảng Dài.",
        "Theo dõi sau khi dừng trợ giúp vào tháng thứ 3 và tháng thứ 6.",
        "Bà Nguyễn Thị Ẳng Ỗi có quyền khiếu nại Quyết định này theo quy định của pháp luật về khiếu nại.",
    ),
    implementers="Trưởng phòng Quản lý trường hợp, Trưởng phòng Hành chính - Tổng hợp và bà Nguyễn Thị Ẳng Ỗi chịu "
    "trách nhiệm thi hành Quyết định này.",
    signature=Signature("Phó Giám đốc", "Đỗ Hữu Nghĩa", "KT.", "Giám đốc"),
    recipients=("Như Điều 3", "Ủy ban nhân dân phường Trảng Dài", "Sở Y tế (để báo cáo)"),
    archive="VT, QLTH",
)

MINUTES = InspectionMinutes(
    letterhead=Letterhead(
        parent_body="Ủy ban nhân dân Thành phố Đồng Nai",
        issuing_body="Sở Y tế",
        number="KT-2026-000007",
        place="Đồng Nai",
        issued_on=date(2026, 11, 5),
    ),
    inspection_number="KT-2026-000007",
    kind="Kiểm tra sau sự việc",
    facility="Mái ấm Hoa Sữa Ẳng",
    facility_address="Hẻm 12, phường Trảng Dài",
    facility_head="Vũ Thị Ữ",
    subject="Bếp ăn, nhà vệ sinh",
    begun="08 giờ 15 phút, ngày 04/11/2026",
    ended="16 giờ 00 phút, ngày 05/11/2026",
    leader="Đỗ Hữu Nghĩa",
    members=("Phạm Ngọc Diễm", "Lê Thị Ngữ"),
    sections=(
        InspectedSection(
            "Chăm sóc", (InspectedItem("Ít nhất ba bữa ăn một ngày", "Chưa đạt", "Thiếu bữa sáng ngày nghỉ"),)
        ),
    ),
    findings=(
        InspectionFinding("Không có bữa sáng", "Nặng", date(2026, 12, 1), "Không đồng ý: có bữa sáng ở phòng bên"),
    ),
    summary="Cơ sở sạch sẽ.\nCần bổ sung bữa sáng.",
    licence_effect="Đề nghị thu hẹp phạm vi",
    right_of_reply="đến hết ngày 12/11/2026",
)

FULL = {"intake_sheet": INTAKE, "service_plan": PLAN, "closure_decision": CLOSURE, "inspection_minutes": MINUTES}
