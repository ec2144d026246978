"""What the sheet of `bosai report reach` says: in Japanese, for the fire service and the city."""

from __future__ import annotations

from collections.abc import Mapping

from layers.messages.message import Text

REACH_WRITTEN: Text = {"ja": "書き出しました: {path}", "en": "written: {path}"}
REACH: Mapping[str, str] = {
    "title": "{city}　「{layer}」から直線で{metres}mを超える範囲",
    "unofficial": "非公式",
    "sample": "見本",
    "printed": "{date}作成",
    "straight": "地図の上の直線距離です。ホースを延ばす道のりではありません。"
    "道路、川、線路、建物、高低差は考えていません。",
    "ground": "建物ではなく、土地の面積で測っています。田畑、山林、水面なども含みます。",
    "only": "このデータにある施設だけから測っています。"
    "データにないもの（ほかの種別、ほかの所有者、隣の市町村の施設など）は、あっても数えていません。",
    "kinds": "データにある施設：{kinds}。",
    "kind": "{label} {count}件",
    "unmeasured": "位置が正確でない施設{count}件は、測っていません。",
    "towns": "町丁目の境界のデータがないため、代表点から半径500m（丁目のない町は1,500m）以内の、"
    "市内の範囲を測っています。町丁目の境界とは違い、隣の町丁目と重なります。",
    "standard": "参考：消防水利の基準（昭和39年消防庁告示第7号）第4条は、"
    "防火対象物から一の消防水利までの距離を、{distances}以下としています"
    "（年間平均風速が4m毎秒以上の地域では80m、100mのものがあります）。"
    "この資料は、基準に適合するかどうかを示しません。適合の確認は、消防本部が行います。",
    "distance": "{zone}は{metres}m",
    "no_safety": "色のない場所が安全だという意味ではありません。",
    "map": "「{layer}」から{metres}mを超える範囲の地図。北が上。",
    "key": "直線で{metres}mを超える範囲",
    "table": "超える範囲の割合が大きい区域",
    "all": "{count}区域の全部です。",
    "some": "{count}区域のうち{shown}区域です。全部は、CSV に書き出せます。",
    "area": "区域",
    "size": "面積（ha）",
    "share": "超える割合",
    "farthest": "最も遠い地点まで",
    "none": "施設なし",
    "exposure": "ハザードの区域の中にある施設",
    "outside": "施設の地点を、ハザードの区域と重ねた数です。"
    "区域の外でも浸水などが起こることがあります。",
    "exposed": "{hazard}：{total}件のうち{count}件が区域の中です（{classes}）。",
    "not_exposed": "{hazard}：区域の中にある施設は、このデータにはありません。",
    "states": "区域の外（調査された範囲）{outside}件、調査対象外または不明{unknown}件。",
    "no_statement": "{layer}：見本データのため、何も示しません。",
    "no_hazard": "ハザードのレイヤーがありません。",
    "sources": "出典",
    "source": "{layer}：{attribution}（{date}時点、{licence}）。版 {revision}",
}
