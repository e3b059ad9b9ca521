"""Sites, the rules read off their letters, and what is known of transcripts, against plain Python."""

import itertools
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    DamagedFileError,
    DuplicateIdError,
    EmptyInputError,
    GenomeFileError,
    OutOfBoundsError,
    UnknownBaseError,
)
from deepchem_genomics.feat import RNA, one_hot, reverse_complement
from deepchem_genomics.sirna import Annotations, DesignOptions, design
from deepchem_genomics.sirna.annotations import (
    Variant,
    fitting,
    read_coding_regions,
    read_variants,
    regions_of,
    variants_in,
)
from deepchem_genomics.sirna.headers import Gene
from deepchem_genomics.sirna.seed_counts import count_seeds
from deepchem_genomics.sirna.site_rules import SITE_RULES, judge_sequences
from deepchem_genomics.sirna.sites import find_sites, letters_of
from deepchem_genomics.sirna.strand_rules import (
    WARMEST_SEED,
    g_quadruplexes,
    longest_palindrome,
    longest_run,
    motifs_found,
    seed_temperature,
)
from deepchem_genomics.sirna.transcripts import Intake, Transcript, batches, read_transcripts, transcript_records

strands = st.text("ACGU", min_size=21, max_size=21)
transcripts = st.lists(st.text("ACGUN", min_size=21, max_size=60), min_size=1, max_size=4)


def codes(*texts):
    return np.array([["ACGU".index(letter) for letter in text] for text in texts], dtype=np.uint8)


def made(sequences):
    return [Transcript(f"t{number}", sequence) for number, sequence in enumerate(sequences)]


@given(transcripts)
def test_sites__are_every_window_of_known_bases(sequences):
    sites = find_sites(made(sequences))
    expected = [
        (number, start, sequence[start : start + 21])
        for number, sequence in enumerate(sequences)
        for start in range(len(sequence) - 20)
        if "N" not in sequence[start : start + 21]
    ]
    assert list(zip(sites.record.tolist(), sites.start.tolist(), letters_of(sites.target), strict=True)) == expected
    assert letters_of(sites.guide) == [reverse_complement(target, RNA) for _, _, target in expected]
    assert letters_of(sites.passenger) == [target[2:] + "UU" for _, _, target in expected]
    assert sites.n_windows.tolist() == [len(sequence) - 20 for sequence in sequences]


def test_passenger__may_have_the_two_bases_that_follow_the_site():
    sites = find_sites(made(["ACGUACGUACGUACGUACGUACG"]), overhang="transcript")
    assert [text[-2:] for text in letters_of(sites.passenger)] == ["CG", "GU", "UU"]
    with pytest.raises(BadValueError, match=mentions("overhang", "TT", "A, C, G, U")):
        find_sites(made(["A" * 21]), overhang="TT")


@given(strands)
def test_runs_and_palindromes__are_what_the_letters_say(strand):
    run = max(end - start for start in range(21) for end in range(start + 1, 22) if len(set(strand[start:end])) == 1)
    stretches = (strand[start:end] for start in range(21) for end in range(start + 2, 22))
    palindrome = max((len(text) for text in stretches if text == reverse_complement(text, RNA)), default=0)
    assert longest_run(codes(strand)).tolist() == [run]
    assert longest_palindrome(codes(strand)).tolist() == [palindrome]


@given(st.text("GGGA", min_size=21, max_size=21) | strands, strands)
def test_g_quadruplexes__are_four_stretches_of_gg(guide, passenger):
    expected = [
        name
        for name, text in (("guide", guide), ("passenger", passenger))
        if any(
            all(text[at : at + 2] == "GG" for at in (a, b, c, d))
            for a in range(20)
            for b in range(a + 3, min(a + 10, 20))
            for c in range(b + 3, min(b + 10, 20))
            for d in range(c + 3, min(c + 10, 20))
        )
    ]
    assert g_quadruplexes(codes(guide), codes(passenger)).tolist() == [", ".join(expected)]


def test_motifs__are_named_with_their_strand():
    guide, passenger = "AUGUGUAAAAAAAAAAAAAAA", "AAAAAGUCCUUCAAUGUGUAA"
    found = motifs_found(codes(guide, "A" * 21), codes(passenger, "A" * 21), ("GUCCUUCAA", "UGUGU"))
    assert found.tolist() == ["GUCCUUCAA in passenger, UGUGU in guide, UGUGU in passenger", ""]


def test_rules__each_have_a_value_and_a_verdict():
    table = judge_sequences(find_sites(made(["GGCGCGAUCGAUCGAUUAAUU"])))
    sequence_rules = [name for name, rule in SITE_RULES.items() if not rule.needs]
    assert list(table.columns) == [column for name in sequence_rules for column in (name, f"{name}_pass")]
    row = table.iloc[0]
    assert (row["ui_tei_ends"], row["runs"], row["palindrome"], row["gc"]) == ("A/C", 2, 10, 42.1)
    assert row[["ui_tei_ends_pass", "palindrome_pass", "runs_pass"]].tolist() == [True, False, True]


ALL_SEEDS = ["".join(letters) for letters in itertools.product("ACGU", repeat=7)]


def test_seed_temperature__is_below_the_limit_for_as_many_seeds_as_sidirect_says():
    temperature = seed_temperature(one_hot(["A" + seed for seed in ALL_SEEDS], RNA))
    assert (temperature < WARMEST_SEED).sum() == 4488


def test_seed_temperature__is_that_of_biopython_with_the_stacks_of_freier():
    melting = pytest.importorskip("Bio.SeqUtils.MeltingTemp", reason="biopython is not installed")
    some = ALL_SEEDS[::97]  # at a quarter of 100 micromolar, in nanomolar
    conditions = {"dnac1": 25_000, "dnac2": 0, "Na": 100, "saltcorr": 1, "nn_table": melting.RNA_NN1}
    expected = np.array([melting.Tm_NN(seed, **conditions) for seed in some])
    found = seed_temperature(one_hot(["A" + seed for seed in some], RNA))
    assert np.abs(found - expected).max() < 0.01


def test_seed_temperature__is_asked_of_both_strands():
    table = judge_sequences(find_sites(made(["AAUAAUAUAUGCGCGCGCGCA"])))
    expected = seed_temperature(one_hot(["UGCGCGCG", "UAAUAUAU"], RNA)).round(1).tolist()
    assert table[["seed_tm", "passenger_seed_tm"]].iloc[0].tolist() == expected
    assert table[["seed_tm_pass", "passenger_seed_tm_pass"]].iloc[0].tolist() == [False, True]


@given(st.lists(st.text("ACGUN", max_size=40), min_size=1, max_size=5), strands)
def test_seed_counts__are_those_of_a_search_letter_by_letter(sequences, target):
    counts = count_seeds(sequences).of(codes(target))
    word = target[13:20]
    places = [sum(text.startswith(word, start) for start in range(len(text))) for text in sequences]
    assert counts.matches.tolist() == [sum(places)]
    assert counts.transcripts.tolist() == [sum(number > 0 for number in places)]
    assert counts.transcripts_8mer.tolist() == [sum(word + "A" in text for text in sequences)]


def test_seed_counts__put_the_commonest_seed_last():
    counts = count_seeds(["ACGUACGUAC", "ACGUACGCCC"]).of(codes("A" * 13 + "ACGUACG" + "A", "A" * 21))
    assert counts.matches.tolist() == [2, 0] and counts.transcripts.tolist() == [2, 0]
    assert counts.rank.tolist() == [1 - 1 / 4**7, 0.0]


def write(path, text):
    path.write_text(text)
    return path


def test_fasta__of_a_protein_is_refused(tmp_path):
    fasta = write(tmp_path / "p.fa", ">first\nACGTACGTACGTACGTACGTACGT\n>P69905 globin\nMVLSPADKTNVKAAW\nGKVGAHAGEY\n")
    with pytest.raises(UnknownBaseError, match=mentions("p.fa:3", "record 'P69905'", "'L'", "position 3", "protein")):
        list(read_transcripts(fasta))


@pytest.mark.parametrize(
    ("text", "error", "facts"),
    [
        ("", EmptyInputError, ("x.fa", "FASTA")),
        ("ACGT\n", GenomeFileError, ("x.fa:1", "ACGT")),
        (">\nACGT\n", GenomeFileError, ("x.fa:1", "name")),
        (">a\nACGT\n>b\nAC\n>a x\nAC\n", DuplicateIdError, ("x.fa:5", "record 'a'", "line 1")),
        (">a\nACGTACGT\n", EmptyInputError, ("1", "21 nt")),
        (f">a\n{'ACGTU' * 6}\n", AlphabetMismatchError, ("record 'a'", "T", "U")),
    ],
)
def test_fasta__that_is_of_no_use_is_refused(tmp_path, text, error, facts):
    fasta = write(tmp_path / "x.fa", text)
    with pytest.raises(error, match=mentions(*facts)):
        list(read_transcripts(fasta))


def test_records__without_a_site_or_with_one_sequence_are_counted(tmp_path):
    long = "ACGTAACCGGTTACGATCGATTGCAT"
    text = f">a gene:G1.2\n{long[:10]}\n\n{long[10:].lower()}\n>short\nACGT\n>empty\n>twin\n{long.replace('T', 'U')}\n"
    intake = Intake()
    (kept,) = read_transcripts(write(tmp_path / "x.fa", text), intake)
    assert kept == Transcript("a", long.replace("T", "U"), Gene("", "G1.2"))
    assert (intake.records, intake.kept) == (4, 1)
    assert intake.refused == [
        ("short", "4 nt; a site has 21"),
        ("empty", "0 nt; a site has 21"),
        ("twin", "same sequence as a"),
    ]


def test_batches__keep_transcripts_whole():
    parts = [[each.name for each in part] for part in batches(made(["A" * 30, "A" * 30, "A" * 90, "A"]), 50)]
    assert parts == [["t0", "t1"], ["t2"], ["t3"]]


def test_transcript_records__read_gzip(tmp_path):
    import gzip

    path = tmp_path / "x.fa.gz"
    path.write_bytes(gzip.compress(b">a\nAC\nGU\n"))
    assert [(record.name, record.sequence) for record in transcript_records(path)] == [("a", "ACGU")]
    path.write_bytes(gzip.compress(b">a\n" + b"ACGU\n" * 100)[:-10])
    with pytest.raises(DamagedFileError, match=mentions("x.fa.gz")):
        list(transcript_records(path))


def test_regions__follow_the_middle_of_the_site():
    region, passes = regions_of(np.array([0, 80, 100, 150, 500]), 21, 600, (90, 300), "t")
    assert region.tolist() == ["5'UTR", "CDS", "CDS", "CDS", "3'UTR"]
    assert passes.tolist() == [False, False, False, True, True]
    with pytest.raises(OutOfBoundsError, match=mentions("'t'", "90-700", "100")):
        regions_of(np.array([0]), 21, 600, (90, 700), "t")


def test_coding_regions__are_bed(tmp_path):
    assert read_coding_regions(write(tmp_path / "c.bed", "#x\nt1\t10\t90\tname\n\nt2 0 9\n")) == {
        "t1": (10, 90),
        "t2": (0, 9),
    }
    with pytest.raises(BadValueError, match=mentions("c.bed:1", "t1 9 9")):
        read_coding_regions(write(tmp_path / "c.bed", "t1 9 9\n"))
    with pytest.raises(DuplicateIdError, match=mentions("c.bed:2", "t1")):
        read_coding_regions(write(tmp_path / "c.bed", "t1 0 9\nt1 0 9\n"))


def test_variants__are_found_in_the_sites_that_they_touch(tmp_path):
    names = variants_in(np.arange(100), 21, [Variant(50, 51, "a"), Variant(50, 53, "b")])
    assert [names[row] for row in (29, 30, 50, 51, 52, 53)] == ["", "a, b", "a, b", "b", "b", ""]
    head = "##fileformat=VCFv4.2\n##contig=<ID=t1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    vcf = write(tmp_path / "v.vcf", f"{head}t1\t51\trs1\tAC\tA\t.\t.\t.\nt1\t60\t.\tA\tG,T\t.\t.\t.\n")
    assert read_variants(vcf) == {"t1": [Variant(51, 52, "rs1:AC>A", "AC", 50), Variant(59, 60, "60:A>G,T", "A", 59)]}
    with pytest.raises(GenomeFileError, match=mentions("v.vcf", "VCF", "BCF")):
        read_variants(write(tmp_path / "v.vcf", "t1\t51\n"))


HEAD_OF_VCF = (
    '##fileformat=VCFv4.2\n##contig=<ID=t1>\n##INFO=<ID=END,Number=1,Type=Integer,Description="e">\n'
    '##INFO=<ID=SVLEN,Number=.,Type=Integer,Description="e">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n'
)


@pytest.mark.parametrize(
    ("record", "span"),
    [
        ("101\t.\tC\t<DEL>\t.\t.\tEND=200", (101, 200)),
        ("101\t.\tC\t<DUP:TANDEM>\t.\t.\tSVLEN=99", (101, 200)),
        ("101\t.\tC\t<INS>\t.\t.\t.", (101, 101)),
        ("101\t.\tC\tCGG\t.\t.\t.", (101, 101)),
        ("101\t.\tCAG\tC\t.\t.\t.", (101, 103)),
        ("101\t.\tCAG\tCAT\t.\t.\t.", (102, 103)),
        ("101\t.\tC\tC[t2:5[\t.\t.\t.", (100, 101)),
        *((f"101\t.\tC\t{alt}\t.\t.\tEND=200", None) for alt in (".", "*", "<*>", "<NON_REF>", "c")),
    ],
)
def test_variants__reach_over_the_bases_that_they_change(record, span, tmp_path):
    found = read_variants(write(tmp_path / "v.vcf", f"{HEAD_OF_VCF}t1\t{record}\n\n\n"))["t1"]
    assert [(variant.start, variant.end) for variant in found] == ([] if span is None else [span])


@pytest.mark.parametrize(
    ("alt", "info", "frequencies"),
    [
        ("A", "AF=0.25", [0.25]),
        ("A", "DP=9;AF=1e-4;CAF=0.5", [1e-4]),
        ("A,G", "AF=0.25,0.5", [0.75]),
        ("A,CT", "AF=.,0.125", [None, 0.125]),
        *(("A", info, [None]) for info in (".", "CAF=0.5", "AF=.", "AF=0.1,0.2", "AF=x", "AF")),
    ],
)
def test_variants__have_the_frequency_of_their_alleles(alt, info, frequencies, tmp_path):
    found = read_variants(write(tmp_path / "v.vcf", f"{HEAD_OF_VCF}t1\t101\t.\tC\t{alt}\t.\t.\t{info}\n"))["t1"]
    assert [variant.frequency for variant in found] == frequencies


def test_design__leaves_out_rare_variants_and_counts_those_without_a_frequency():
    letters = "".join(np.random.default_rng(0).choice(list("ACGU"), 120))
    variants = {"t": [Variant(40, 41, "rare", frequency=0.009), Variant(60, 61, "often", frequency=0.01)]}
    variants["t"].append(Variant(90, 91, "unknown"))
    options = DesignOptions(fold="no", min_af=0.01)
    found = design(
        {"t": letters, "u": letters[::-1]},
        options,
        annotations=Annotations(variants=variants | {"u": [variants["t"][0]]}),
    )
    sites = found.sites
    assert set(sites["snp"]) == {"", "often", "unknown"}
    assert (sites.loc[sites["record"] == "u", "snp_pass"]).all()
    assert any(re.search(mentions("2 of 4 variants", "0.01", "1"), note) for note in found.notes)
    with pytest.raises(BadValueError, match=mentions("min_af", "2")):
        DesignOptions(min_af=2)


def test_variants__an_insertion_is_in_the_sites_around_it():
    names = variants_in(np.arange(200), 21, [Variant(101, 101, "i")])
    assert np.flatnonzero(names != "").tolist() == list(range(81, 101))


def test_variants__of_another_sequence_are_left_out_and_counted():
    known = [Variant(2, 3, "a", "GT", 1), Variant(2, 3, "b", "GA", 1), Variant(9, 10, "c"), Variant(2, 3, "n", "N", 3)]
    assert fitting(known, "AGUNA") == ([known[0], known[3]], 1, 1)


def test_design__refuses_variants_of_which_most_are_of_another_sequence(caplog):
    letters = "".join(np.random.default_rng(0).choice(list("ACGU"), 80))
    right = Variant(40, 41, "r", letters[40].replace("U", "T"), 40)
    other = Variant(60, 61, "o", {"A": "C"}.get(letters[60], "A"), 60)
    found = design({"t": letters}, annotations=Annotations(variants={"t": [right, right, other]}))
    assert set(found.sites.loc[found.sites["snp"] != "", "snp"]) == {"r, r"}
    assert any("1 of 3 variants" in note for note in found.notes)
    with pytest.raises(BadValueError, match=mentions("1 of 1 variants", "REF")):
        design({"t": letters}, annotations=Annotations(variants={"t": [other]}))
