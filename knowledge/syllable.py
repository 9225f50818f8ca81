"""Says whether a word can be a Vietnamese syllable, so that a strange but well-formed word is not
"corrected".
"""

from functools import lru_cache

from knowledge.text import split_tone

_ONSETS = """
b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x
"""
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây e
ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich im in inh ip it iu iê iêc iêm iên
iêng iêp iêt iêu o oa oac oach oai oam oan oang oanh oao oap oat oay oă oăc oăm oăn oăng oăt
oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt u ua
uc ui um un ung up ut uâ uân uâng uât uây uê uêch uên uênh uêt uêu uô uôc uôi uôm uôn uông
uôt uơ uy uya uych uyên uyêt uynh uyt uyu uyn uyp ư ưa ưc ưi ưm ưn ưng ưt ưu ươ ươc ươi ươm
ươn ương ươp ươt ươu y yê yêm yên yêng yêt yêu
"""
ONSETS = frozenset(("", *_ONSETS.split()))
RHYMES = frozenset(_RHYMES.split())
STOPS = ("c", "ch", "p", "t")


@lru_cache(maxsize=4_000)
def is_syllable(word: str) -> bool:
    """Say whether a word has an onset, a rhyme and a tone that go together."""
    letters, tone = split_tone(word)
    if letters.endswith(STOPS) and tone not in {"s", "j"} and not letters.isascii():
        return False
    return any(
        letters[:size] in ONSETS and letters[size:] in RHYMES
        for size in range(min(3, len(letters)), -1, -1)
    )
