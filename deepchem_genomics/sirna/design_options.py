"""Options of siRNA design."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from deepchem_genomics.arguments import FRACTION, NUMBER_OR_0, require_choice, require_rule, require_whole_number
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.sirna.annotations import REGIONS
from deepchem_genomics.sirna.orders import OrderOptions
from deepchem_genomics.sirna.ranking import PENALTIES, REQUIRED
from deepchem_genomics.sirna.site_rules import SITE_RULES, require_rules
from deepchem_genomics.sirna.sites import OVERHANGS
from deepchem_genomics.sirna.transcripts import SITE

__all__ = ["DesignOptions"]

_FOLD = ("auto", "no")


@dataclass(frozen=True)
class DesignOptions:
    """How siRNAs are designed.

    Parameters
    ----------
    top : int, default 10
        Sites to choose of each record, at most.
    spacing : int, default 21
        Bases between the starts of two chosen sites, at least: at 21 they do not overlap.
    overhang : str, default "UU"
        The passenger's last two bases; "transcript" for those that follow the site.
    required : tuple of str, default ()
        Rules of :data:`SITE_RULES` that a chosen site passes, besides those of
        :data:`~deepchem_genomics.sirna.ranking.REQUIRED`. Rules for which nothing was given are passed over.
    not_required : tuple of str, default ()
        Rules of ``REQUIRED`` that a chosen site may fail.
    penalties : mapping of str to float
        What failing a rule takes off the score; by default :data:`~deepchem_genomics.sirna.ranking.PENALTIES`.
    mismatches : int, default 2
        Of near-perfect matches in the transcriptome, 0 to 3; -1 to look up seeds alone.
    max_searched : int, optional
        Sites of each record that near-perfect matches are searched for, at most. From the best down, sites are searched
        until those to choose are found; sites that were not searched are not chosen.
    off_target_rows : int, default 100
        Near-perfect matches in other genes that are listed of each site, at most: those with the fewest mismatches,
        then those outside bases 2 to 11, then of the guide before the passenger. All are counted.
    regions : tuple of str, default ()
        Parts of transcripts that chosen sites are in: "5'UTR", "CDS", "3'UTR"; all if there are none. The rule
        ``region`` is required then.
    common : bool, default False
        Whether there is one list per gene: sites of its first record that pair with all its isoforms, which are the
        other records of the gene and its transcripts in the transcriptome. The rule ``isoforms`` is required then.
    mirnas : mapping of str to str, default {}
        Known miRNAs by name, as :func:`~deepchem_genomics.sirna.mirnas.read_mirnas` gives them: guides with the seed of
        one fail the rule ``mirna``.
    also_targets : tuple of str, default ()
        Further genes to silence, such as paralogs, by symbol or accession in the transcriptome: matches in them do not
        count as off-targets, and the rule ``also_targets``, which is required then, says whether a guide pairs with all
        of them.
    min_af : float, default 0
        Variants of a lower allele frequency are left out; those without one are not.
    fold : {"auto", "no"}, default "auto"
        Whether ViennaRNA folds guides, where it is installed.
    accessibility : bool, default False
        Whether ViennaRNA folds transcripts: how likely the seed's part of each site is unpaired.
    order : OrderOptions, optional
        Overhangs, pools and controls of what is ordered.
    """

    top: int = 10
    spacing: int = SITE
    overhang: str = OVERHANGS
    required: tuple[str, ...] = ()
    not_required: tuple[str, ...] = ()
    penalties: Mapping[str, float] = field(default_factory=lambda: dict(PENALTIES))
    mismatches: int = 2
    max_searched: int | None = None
    off_target_rows: int = 100
    regions: tuple[str, ...] = ()
    common: bool = False
    mirnas: Mapping[str, str] = field(default_factory=dict)
    also_targets: tuple[str, ...] = ()
    min_af: float = 0.0
    fold: str = "auto"
    accessibility: bool = False
    order: OrderOptions = field(default_factory=OrderOptions)

    def __post_init__(self) -> None:
        """Raise an error if a value is impossible."""
        lowest_of = {"top": 1, "spacing": 1, "max_searched": 1, "off_target_rows": 1, "mismatches": -1}
        for name, lowest in lowest_of.items():
            value = getattr(self, name)
            if name != "max_searched" or value is not None:
                require_whole_number(name, value, lowest)
        if self.mismatches > 3:
            raise BadValueError(f"mismatches is {self.mismatches}; more than 3 take long and are found by chance")
        unknown = [name for name in self.regions if name not in REGIONS]
        if unknown:
            raise BadValueError(f"{unknown[0]!r} is not a region; regions are {', '.join(REGIONS)}")
        require_rule("min_af", self.min_af, FRACTION)
        require_choice("fold", self.fold, _FOLD)
        require_rules(self.required, "required")
        require_rules(self.not_required, "not_required")
        require_rules(self.penalties, "penalties")
        both = [name for name in self.required if name in self.not_required]
        if both:
            raise BadValueError(f"{', '.join(both)}: a rule is either in required or in not_required, not in both")
        for name, taken in self.penalties.items():
            require_rule(f"the penalty of {name}", taken, NUMBER_OR_0)

    @property
    def required_rules(self) -> tuple[str, ...]:
        """All rules that a chosen site passes, in the order of their columns."""
        given = {"isoforms": self.common, "region": self.regions, "also_targets": self.also_targets}
        asked = [name for name, value in given.items() if value]
        wanted = {*REQUIRED, *self.required, *asked} - {*self.not_required}
        return tuple(name for name in SITE_RULES if name in wanted)
