"""What was found while fetching from other hosts and databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from layers.messages.message import Message, Text, wanted

Kind = Literal[
    "not_fetched",
    "not_usable",
    "host_status",
    "host_away",
    "host_slow",
    "redirect_nowhere",
    "redirect_scheme",
    "redirect_downgrade",
    "many_redirects",
    "fetched_size",
    "fetched_packed",
    "fetched_page",
    "fetched_nothing",
    "fetched_short",
    "fetched_long",
    "fetched_cut",
    "fetched_gzip",
    "private_network",
    "service_error",
    "service_answer",
    "service_count",
    "service_doubled",
    "service_repeats",
    "service_no_ids",
    "service_unsure",
    "service_pages",
    "service_next",
    "service_crs",
    "service_mixed",
    "arcgis_layer",
    "wfs_type",
    "wfs_version",
    "database_refuses",
    "database_slow",
    "database_closed",
    "database_away",
    "query_slow",
    "query_wrong",
    "query_text",
    "query_size",
    "columns_doubled",
    "no_geometry_column",
    "geometry_column",
    "srids",
    "srid_unknown",
    "snapshot",
]

COPY_SHOWN: Text = {
    "ja": "前に取得した内容があれば、それを使い続けます。しばらくして、もう一度取得します。",
    "en": "What was fetched before, if anything, stays in use. It is tried again after a while.",
}

STATE: Mapping[Kind, Message] = {
    "not_fetched": Message(
        {
            "ja": "{value} から、データを取得できていません。{detail}",
            "en": "The data is not fetched since {value}: {detail}",
        },
        COPY_SHOWN,
    ),
    "not_usable": Message(
        {
            "ja": "{value} から、取得したデータを使えず、更新できていません。{detail}",
            "en": "The data fetched cannot be used; not updated since {value}: {detail}",
        },
        COPY_SHOWN,
    ),
}

HOSTS: Mapping[Kind, Message] = {
    "host_status": wanted(
        "サーバーがファイルを渡しません（応答 {detail}）。アドレスを確かめてください。",
        "the file; the server answers {detail}",
    ),
    "host_away": wanted(
        "サーバーからの応答が途切れたか、ありません（通信ソフトの説明: 「{detail}」）。"
        "アドレスと、サーバーにつながるかを確かめてください。",
        "a host that answers in full; {detail}",
    ),
    "host_slow": wanted(
        "{detail}秒で受け取り終わりませんでした。"
        "サーバーが混んでいないか、ファイルが大きすぎないかを確かめてください。",
        "a host that answers in full within {detail} s",
    ),
    "redirect_nowhere": wanted(
        "サーバーが、行き先のない転送を返しました。ブラウザーで開き、アドレスを確かめてください。",
        "a redirect to an address",
    ),
    "redirect_scheme": wanted(
        "サーバーが「{detail}」への転送を返しました。http か https だけを使えます。",
        "a redirect to http or https, not to {detail}:",
    ),
    "redirect_downgrade": wanted(
        "サーバーが、https から http への転送を返しました。安全のため従いません。"
        "https のアドレスを書いてください。",
        "a redirect that stays with https",
    ),
    "many_redirects": wanted(
        "転送が多すぎます（{detail}回まで）。転送先のアドレスを直接書いてください。",
        "at most {detail} redirects",
    ),
    "fetched_size": wanted(
        "ファイルが大きすぎます。{detail}バイト以内のものにしてください。",
        "a file of at most {detail} bytes",
    ),
    "fetched_packed": wanted(
        "サーバーが「{detail}」で圧縮して返しました。gzip か、圧縮なしだけを読めます。",
        "gzip or no compression, not {detail}",
    ),
    "fetched_page": wanted(
        "データでなく、ウェブページが返りました。データそのもののアドレスを書いてください。",
        "data; the server answers with a web page",
    ),
    "fetched_nothing": wanted(
        "中身のない応答が返りました。ブラウザーで開き、アドレスを確かめてください。",
        "data; the server answers with nothing",
    ),
    "fetched_short": wanted(
        "データが途中で途切れました（受け取った量 / サーバーが知らせた量: {detail}バイト）。",
        "the whole file; it is cut off (received / stated by the server: {detail} bytes)",
    ),
    "fetched_long": wanted(
        "データが、サーバーが知らせた大きさ（{detail}バイト）より長く続いています。"
        "正しい範囲が分からないため、使いません。",
        "a file of the {detail} bytes that the server states; it goes on after them",
    ),
    "fetched_cut": wanted(
        "データが途中で途切れました（受け取った量: {detail}バイト。終わりの印がありません）。",
        "the whole file; it is cut off after {detail} bytes, without the mark of its end",
    ),
    "fetched_gzip": wanted(
        "圧縮（gzip）されたデータが、途中で途切れているか壊れています"
        "（読み取りソフトの説明: 「{detail}」）。",
        "a whole gzip stream; this one is cut off or damaged ({detail})",
    ),
    "private_network": wanted(
        "「{detail}」は庁内などの閉じたネットワークの中にあります。"
        "運用者が BOSAI_PRIVATE_SOURCES=allow で許すと使えます。",
        "a host of the public internet; {detail} is inside a private network "
        "(BOSAI_PRIVATE_SOURCES=allow allows it)",
    ),
}

SERVICES: Mapping[Kind, Message] = {
    "service_error": wanted(
        "サービスがエラーを返しました（サービスの説明: 「{detail}」）。",
        "features; the service answers with an error: {detail}",
    ),
    "service_answer": wanted(
        "サービスの答えが、読み取れる形ではありません（読み取りソフトの説明: 「{detail}」）。"
        "アドレスを確かめてください。"
        "ファイルのアドレスなら source.service に file と書いてください。",
        "an answer of the service that source.service names ({detail}); "
        "for the address of a file write service = 'file'",
    ),
    "service_count": wanted(
        "件数が合いません（受け取った件数 / サービスが知らせた件数: {detail}）。"
        "一部が欠けたデータは使いません。",
        "every feature; received / stated by the service: {detail}",
    ),
    "service_doubled": wanted(
        "同じ番号（{detail}）のデータが二度届きました。"
        "代わりに別のデータが欠けているかもしれないため、使いません。",
        "every feature once; the one with the id {detail} came twice",
    ),
    "service_repeats": wanted(
        "サービスが同じページを繰り返して返します。全件を受け取れません。",
        "pages that go on; the service repeats one",
    ),
    "service_no_ids": wanted(
        "データに番号（オブジェクトID）がないため、全件が一度ずつ届いたかを確かめられません。",
        "features with object ids: without, nobody can tell whether all have come",
    ),
    "service_unsure": wanted(
        "サービスが全件の数も次のページも知らせず、ちょうど{detail}件で終わりました。"
        "残りがあるかもしれないため、使いません。アドレスの limit を大きくしてください。",
        "a number of all features or a next page; the service stops at {detail} "
        "(a greater limit in the address may help)",
    ),
    "service_pages": wanted(
        "ページが多すぎます。一度に取得できるのは{detail}ページまでです。",
        "at most {detail} pages",
    ),
    "service_next": wanted(
        "次のページのアドレスが、別のサーバー（{detail}）を指しています。安全のため従いません。",
        "a next page on the same host, not on {detail}",
    ),
    "service_crs": wanted(
        "座標系「{detail}」のデータが返りました。アドレスの crs を消してください。",
        "features in CRS84, not in {detail}; leave crs out of the address",
    ),
    "service_mixed": wanted(
        "ページによって座標系が違います（「{detail}」など）。",
        "pages in one coordinate system, not also in {detail}",
    ),
    "arcgis_layer": wanted(
        "レイヤーの番号までを、アドレスに書いてください: {detail}",
        "the address of one layer, with its number: {detail}",
    ),
    "wfs_type": wanted(
        "このサービスにある地物の種類（feature type）から、一つを書いてください: {detail}",
        "one of the feature types {detail}",
    ),
    "wfs_version": wanted(
        "WFS の版「{detail}」は読めません。2.0.0 か 1.1.0 を使ってください。",
        "WFS 2.0.0 or 1.1.0, not {detail}",
    ),
}

DATABASES: Mapping[Kind, Message] = {
    "database_refuses": wanted(
        "PostgreSQL が、ユーザー名、パスワード、データベース名のどれかを受け付けません。"
        "データベースの管理者に確かめてください。",
        "a database that lets us in; PostgreSQL refuses user, password or database",
    ),
    "database_slow": wanted(
        "データベースが{detail}秒以内に答えません。データベースの管理者に確かめてください。",
        "a database that answers within {detail} s",
    ),
    "database_closed": wanted(
        "データベースにつながりません（接続を断られました）。"
        "ホスト名とポート番号、データベースが動いているかを確かめてください。",
        "a database in reach; the connection is refused",
    ),
    "database_away": wanted(
        "データベースにつながりません。ホスト名と、データベースが動いているかを確かめてください。",
        "a database in reach; it cannot be connected to",
    ),
    "query_slow": wanted(
        "{detail}秒以内に答えが返りません。読む表や条件を小さくしてください。",
        "an answer within {detail} s",
    ),
    "query_wrong": wanted(
        "読み出せません（PostgreSQL の説明: 「{detail}」）。"
        "表の名前か、問い合わせ文（query）を直してください。",
        "what can be read; PostgreSQL says: {detail}",
    ),
    "query_text": wanted(
        "UTF-8 にできない文字があります。データベースの側で直してください。",
        "text that PostgreSQL can give in UTF-8",
    ),
    "query_size": wanted(
        "データが大きすぎます。行数とバイト数の上限は {detail} です。",
        "at most so many rows and bytes: {detail}",
    ),
    "columns_doubled": wanted(
        "同じ名前の列が二つずつあります（{detail}）。AS で別の名前にしてください。",
        "each column name once, not {detail} twice",
    ),
    "no_geometry_column": wanted(
        "PostGIS の図形（geometry）の列がありません。図形の列のある表を書いてください。",
        "a column of PostGIS geometries; there is none",
    ),
    "geometry_column": wanted(
        "図形の列の名前を書いてください: {detail}", "one of the geometry columns {detail}"
    ),
    "srids": wanted(
        "図形の座標系（SRID）が一つでありません（{detail}）。"
        "ST_Transform で一つにそろえてください。",
        "geometries of one SRID, not of {detail}: use ST_Transform",
    ),
    "srid_unknown": wanted(
        "図形の座標系（SRID {detail}）を PostGIS が知りません。"
        "ST_SetSRID で正しい番号を付けてください。",
        "an SRID that PostGIS knows, not {detail}",
    ),
    "snapshot": wanted(
        "読み出したデータを書き込めません（書き込みソフトの説明: 「{detail}」）。",
        "a snapshot that can be written; {detail}",
    ),
}

MESSAGES: Mapping[Kind, Message] = {**STATE, **HOSTS, **SERVICES, **DATABASES}
