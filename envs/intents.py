"""Words by which a button tells what it brings about, in the languages whose sites and apps are used most.

A word that is missed is a question not asked, so the rules are wide rather than exact.
"""

from __future__ import annotations

import re

_WORDS = {
    "pay": r"pay|buy|purchase|order|checkout|check out|subscribe|donate|transfer|book now|bestell|kauf|bezahl|acheter|"
    r"payer|commander|comprar|pagar|支付|付款|购买|下单|结算|購入|注文|支払|결제|구매|оплат|купить|заказ",
    "delete": r"delete|remove|erase|discard|unsubscribe|deactivate|close account|löschen|entfernen|supprimer|"
    r"eliminar|borrar|删除|移除|注销|削除|삭제|удал",
    "send": r"send|post\b|publish|tweet|reply|share|comment|invite|senden|absenden|veröffentlich|envoyer|publier|"
    r"enviar|publicar|发送|发布|发表|回复|分享|送信|投稿|보내기|전송|отправ|опублик",
    "submit": r"submit|confirm|apply|register|sign up|create account|agree|accept|bestätig|confirmer|confirmar|"
    r"提交|确认|确定|注册|同意|確認|확인|подтверд",
    "download": r"download|export|herunterladen|télécharger|descargar|下载|ダウンロード|다운로드|скачать",
    "upload": r"upload|attach|hochladen|téléverser|subir|上传|アップロード|업로드|загрузить",
}
RULES = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _WORDS.items()}


def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds of things a button of these words may bring about."""
    return tuple(kind for kind, rule in RULES.items() if rule.search(text))
