"""Published systems that sparsec can do, or can do in part: ``python -m sparsec.compiler.systems > docs/systems.md``.

A row names what does it here, as code, so that its file is known, and the tests that show it; a test looks whether they
are there. A new system is a row, in alphabetical order.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

from ..passes.prune.allocation.cacp import Cacp
from ..passes.prune.allocation.ecoflap import Ecoflap
from ..passes.prune.allocation.global_threshold import GlobalThreshold
from ..passes.prune.allocation.group_threshold import GroupThreshold
from ..passes.prune.allocation.knee import Knee
from ..passes.prune.allocation.l_greco import LGreco
from ..passes.prune.allocation.pre_crop import PreCrop
from ..passes.prune.armor import armor
from ..passes.prune.compensation.repair import Repair
from ..passes.prune.fairness import Fairness
from ..passes.prune.importance.batch_norm_scale import BatchNormScale
from ..passes.prune.importance.beta_rank import BetaRank
from ..passes.prune.importance.dsnot import Dsnot
from ..passes.prune.importance.k_fac import KFac
from ..passes.prune.importance.kcm import Kcm
from ..passes.prune.importance.minitron import Minitron
from ..passes.prune.importance.net_trim import NetTrim
from ..passes.prune.importance.obc import Obc
from ..passes.prune.importance.second_moment import SecondMoment
from ..passes.prune.importance.sparsegpt import Sparsegpt
from ..passes.rewrite.merge_linears import MergeLinears
from ..passes.rewrite.remove_channels import RemoveChannels
from ..passes.rewrite.settle_activations import SettleActivations
from ..passes.rules.pointwise import Pointwise
from ..passes.rules.writes import Put
from .pruning.armored import armor as armored
from .pruning.arrange import arrange
from .pruning.groups import ZeroGroup, zero_groups
from .pruning.vocabulary import cut_vocabulary

HEAD = """# Systems

This page is written by `python -m sparsec.compiler.systems`; a test keeps it up to date, and looks whether files and
tests are there. A system is what a paper describes as a whole. *How far* says how much of it is here:

"""

How = Literal["method", "exact part", "in the spirit of"]
MEANING: dict[How, str] = {
    "method": "its method, by the published formula",
    "exact part": "what it changes without changing results; not how it trains or searches",
    "in the spirit of": "its idea: the published formula is not known, or ours is another one",
}


@dataclass(frozen=True)
class System:
    """A published system, and what of it is here.

    Attributes:
        name: as its authors call it.
        paper: authors and year.
        how: how far it is here, as a kind.
        holds: what tests show, in a sentence.
        code: the classes and functions that do it.
        tests: that show it, as ``path::function``, from the root of the repository.
        left: what of it is not here; empty where nothing is known to be missing.
    """

    name: str
    paper: str
    how: How
    holds: str
    code: tuple[type[Any] | Callable[..., Any], ...]
    tests: tuple[str, ...]
    left: str = ""

    @property
    def files(self) -> tuple[str, ...]:
        """Where the code is, from the root of the repository."""
        found = (inspect.unwrap(one).__module__.partition(".")[2].replace(".", "/") + ".py" for one in self.code)
        return tuple(dict.fromkeys(found))


SYSTEMS: tuple[System, ...] = (
    System(
        "ARMOR",
        "Liu et al., 2025",
        "method",
        "A weight as block-diagonal x 2:4 x block-diagonal, from NoWag's mask on: no step makes the loss larger.",
        (armor, armored),
        (
            "tests/passes/prune/test_armor.py::test_the_proxy_is_never_above_its_start",
            "tests/passes/prune/test_armor.py::test_the_best_of_six_is_the_best_of_all_masks",
            "tests/compiler/pruning/test_armored.py::test_layers_that_pay_stand_in_a_copy",
        ),
        "outer factors are solved, where the paper takes gradient steps; on CPUs it has not been seen to pay",
    ),
    System(
        "Beta-Rank",
        "Homayounfar et al., 2023",
        "method",
        "A filter scores by how it answers to the contrast that it sees, times how much its answers differ.",
        (BetaRank,),
        (
            "tests/passes/prune/importance/test_beta_rank.py::test_rows_score_answer_to_contrast_times_deviation",
            "tests/passes/prune/importance/test_beta_rank.py::test_units_are_what_filters_gave",
        ),
        "samples are not balanced by class",
    ),
    System(
        "CACP",
        "Liu et al., 2021",
        "in the spirit of",
        "One run of sensitivities serves any rate: rates are met, nested, and none loses more than a uniform one.",
        (Cacp,),
        (
            "tests/passes/prune/allocation/test_methods.py::test_rates_are_nested_and_met",
            "tests/passes/prune/allocation/test_methods.py::test_no_rate_loses_more_than_a_uniform_one",
        ),
    ),
    System(
        "CoFi",
        "Xia et al., 2022",
        "exact part",
        "Masks of layers, heads, units and the hidden axis of all layers fold and leave; norms of what is kept, too.",
        (MergeLinears, RemoveChannels, Put),
        ("tests/passes/test_masks_fold.py::test_masks_of_layers_heads_units_and_the_hidden_axis",),
        "training the masks",
    ),
    System(
        "DSnoT",
        "Zhang et al., 2023",
        "method",
        "From Wanda's mask weights come back and others go, as many of each row, until its mean is near the dense one.",
        (Dsnot,),
        (
            "tests/passes/prune/importance/test_dsnot.py::test_means_come_nearer_and_each_row_keeps_as_many",
            "tests/passes/prune/importance/test_dsnot.py::test_without_cycles_it_is_wanda",
        ),
    ),
    System(
        "ECoFLaP",
        "Sung et al., 2024",
        "method",
        "Shares of layers by how the loss answers to a small disturbance of each, forward runs alone.",
        (Ecoflap,),
        (
            "tests/passes/prune/allocation/test_methods.py::test_what_may_be_kept_is_poured_by_sensitivity",
            "tests/passes/prune/allocation/test_methods.py::test_insensitive_layers_go_first",
        ),
    ),
    System(
        "Essential Sparsity",
        "Jaiswal et al., 2023",
        "in the spirit of",
        "The knee of a layer's curve of errors: how many zeros are free; layers lose in proportion to it.",
        (Knee,),
        (
            "tests/passes/prune/allocation/test_methods.py::test_knees_of_curves",
            "tests/passes/prune/allocation/test_methods.py::test_layers_lose_in_proportion_to_their_knees",
        ),
    ),
    System(
        "Fairness-aware heads",
        "Zayed et al., 2024",
        "method",
        "Two scores a head, from runs without it on data and on pairs; critical heads stay, both figures are told.",
        (Fairness,),
        (
            "tests/passes/prune/test_fairness.py::test_the_head_that_tells_pairs_apart_goes_and_both_figures_are_told",
            "tests/passes/prune/test_fairness.py::test_scores_are_those_of_runs_without_each_head",
            "tests/passes/prune/test_fairness.py::test_critical_heads_are_protected",
        ),
        "bias is how far outputs for two alike inputs are apart, not a classifier's rate of toxic answers",
    ),
    System(
        "Fast Vocabulary Transfer",
        "Gee et al., 2022",
        "exact part",
        "Tables and heads keep the tokens of a corpus, with equal logits; new ones are the mean of their pieces.",
        (cut_vocabulary,),
        (
            "tests/compiler/pruning/test_vocabulary.py::test_kept_logits_are_equal",
            "tests/compiler/pruning/test_vocabulary.py::test_new_tokens_are_the_mean_of_their_pieces",
        ),
        "the tokenizer is the user's to cut, by the ids that are written; nothing is trained afterwards",
    ),
    System(
        "Global MP",
        "Gupta et al., 2022",
        "method",
        "One threshold for the magnitudes of all layers; each keeps a minimum, so that none is lost as a whole.",
        (GlobalThreshold,),
        (
            "tests/passes/prune/allocation/test_methods.py::test_what_goes_scores_no_more_than_what_stays",
            "tests/passes/prune/allocation/test_methods.py::test_no_layer_is_lost_as_a_whole",
        ),
        "the gradual variant is a schedule of training",
    ),
    System(
        "Greedy Output Approximation",
        "Li et al., 2025",
        "in the spirit of",
        "Units go one by one, each time the one without which outputs change least, with how they go together.",
        (SecondMoment,),
        (
            "tests/passes/prune/importance/test_second_moment.py::test_units_go_in_turn",
            "tests/passes/prune/importance/test_second_moment.py::test_two_that_cancel_go_together",
        ),
    ),
    System(
        "Group channel pruning",
        "Chu et al., 2022",
        "in the spirit of",
        "Layers of one feature scale and one kind of module share a threshold; what a group cannot lose others do.",
        (GroupThreshold,),
        (
            "tests/passes/prune/allocation/test_methods.py::test_groups_have_thresholds_of_their_own",
            "tests/passes/prune/allocation/test_methods.py::test_what_a_group_cannot_lose_others_do",
        ),
        "the shares of groups are equal; neither sparse training nor distilling attention is here",
    ),
    System(
        "GTSP",
        "Liu et al., 2023",
        "exact part",
        "Masks of weights, heads, layers and of what attention adds to scores fold; each layer takes heads of its own.",
        (MergeLinears, RemoveChannels, Pointwise),
        (
            "tests/passes/test_masks_fold.py::test_masks_of_a_graph_transformer",
            "tests/passes/test_masks_fold.py::test_heads_that_are_gone_everywhere_need_no_distances",
            "tests/passes/test_masks_fold.py::test_what_is_added_to_scores_goes_with_its_mask",
        ),
        "training the masks; tokens that are dropped",
    ),
    System(
        "K-FAC neuron pruning",
        "Martens and Grosse, 2015; Wang et al., 2019",
        "method",
        "The least rise of the loss by a Kronecker factored Fisher matrix, equal to that of the whole matrix.",
        (KFac,),
        (
            "tests/passes/prune/importance/test_of_gradients.py::test_k_fac_is_the_least_rise_by_the_whole_fisher_matrix",
            "tests/passes/prune/importance/test_of_gradients.py::test_k_fac_of_units",
        ),
        "factors are collected from a trained model, not while it trains",
    ),
    System(
        "KCM",
        "Nova et al., 2023",
        "in the spirit of",
        "Heads and neurons by how badly others stand for their weights, times how much they do; no gradients.",
        (Kcm,),
        (
            "tests/passes/prune/importance/test_kcm.py::test_a_column_that_another_repeats_matters_less",
            "tests/passes/prune/importance/test_kcm.py::test_what_does_nothing_goes_first",
        ),
    ),
    System(
        "L-GreCo",
        "Markov et al., 2023",
        "method",
        "The least sum of errors for a share of the cost, by dynamic programming; equal to trying everything.",
        (LGreco,),
        (
            "tests/passes/prune/allocation/test_l_greco.py::test_it_is_as_good_as_trying_everything",
            "tests/passes/prune/allocation/test_l_greco.py::test_the_share_that_is_asked_for_is_tried",
        ),
    ),
    System(
        "Minitron",
        "Muralidharan et al., 2024",
        "method",
        "Heads and neurons by how active they are: mean magnitude over tokens, L2 over batches.",
        (Minitron,),
        ("tests/passes/prune/importance/test_of_inputs.py::test_minitron",),
        "the hidden axis is not pruned on request",
    ),
    System(
        "Net-Trim",
        "Aghasi et al., 2017",
        "method",
        "The least sum of absolute weights for outputs near enough, with a certificate; planted zeros are found.",
        (NetTrim,),
        (
            "tests/passes/prune/importance/test_net_trim.py::test_nothing_of_that_error_is_smaller_than_the_certificate_says",
            "tests/passes/prune/importance/test_net_trim.py::test_finds_planted_weights_that_few_rows_know_of",
        ),
    ),
    System(
        "Network Slimming",
        "Liu et al., 2017",
        "method",
        "Channels go by the factors of their batch norms; several norms of one channel count by their mean.",
        (BatchNormScale,),
        (
            "tests/passes/prune/importance/test_batch_norm_scale.py::test_channels_of_the_smallest_factors_go_and_no_data_is_asked_for",
            "tests/passes/prune/importance/test_batch_norm_scale.py::test_several_norms_of_a_channel_count_by_their_mean",
        ),
        "factors are not made small by an L1 penalty in training",
    ),
    System(
        "OBC",
        "Frantar, Singh, Alistarh, 2022",
        "method",
        "The group that costs least goes after all others have made up for it; equal to trying out every step.",
        (Obc,),
        (
            "tests/passes/prune/importance/test_obc.py::test_equals_trying_out_every_step",
            "tests/passes/prune/importance/test_obc.py::test_close_to_the_best_of_all_masks",
        ),
        "rounding weights",
    ),
    System(
        "OTOv2",
        "Chen et al., 2023",
        "exact part",
        "Weights by groups that are zero together; random groups of several nets are zeroed, leave, and outputs stay.",
        (zero_groups, ZeroGroup),
        (
            "tests/compiler/pruning/test_groups.py::test_groups_that_are_zeroed_leave_and_outputs_stay",
            "tests/compiler/pruning/test_groups.py::test_a_group_is_all_that_makes_a_channel",
        ),
        "its optimiser (DHSPG), which drives groups to zero while a model trains",
    ),
    System(
        "PAT",
        "Liu et al., 2024",
        "exact part",
        "Operators and one mask around every block fold, and the channels that it takes leave all layers.",
        (MergeLinears, RemoveChannels),
        ("tests/passes/test_masks_fold.py::test_operators_and_the_mask_that_they_share",),
        "tuning operators and mask",
    ),
    System(
        "PreCropping",
        "Cai et al., 2022",
        "in the spirit of",
        "An allocation of single weights becomes widths of channels; untrained networks crop, compile and run.",
        (PreCrop,),
        (
            "tests/passes/prune/allocation/test_pre_crop.py::test_untrained_networks_crop_and_run",
            "tests/passes/prune/allocation/test_methods.py::test_a_chain_of_layers_is_cropped_as_its_densities_say",
        ),
        "that it trains as well as weight pruning of equal density is not shown",
    ),
    System(
        "Re-basin repair",
        "Qu and Horvath, 2024; REPAIR, Jordan et al., 2022",
        "method",
        "Mean and deviation of outputs are the dense ones again, layer by layer, folded into weights and biases.",
        (Repair,),
        (
            "tests/passes/prune/compensation/test_repair.py::test_mean_and_deviation_are_the_dense_ones",
            "tests/passes/prune/compensation/test_repair.py::test_a_convolution_has_the_dense_statistics_again",
            "tests/passes/prune/compensation/test_repair.py::test_the_goal_norm_is_batch_norm_taken_again",
        ),
        "layers that lost nothing themselves are not repaired; nor are two networks merged",
    ),
    System(
        "S2FT",
        "Yang et al., 2024",
        "exact part",
        "Chosen heads and neurons lie in one slice of each weight, outputs stay; a tuned slice splits off to the bit.",
        (arrange,),
        (
            "tests/compiler/pruning/test_groups.py::test_what_is_chosen_is_one_slice_and_outputs_stay",
            "tests/compiler/pruning/test_groups.py::test_a_tuned_slice_splits_off_to_the_bit",
        ),
        "the tuning itself; heads that share keys and values keep their order",
    ),
    System(
        "Sparse Neural Dynamics",
        "Liu et al., 2023",
        "exact part",
        "Interval bounds prove activations always off (removed) or always on (the layers around them become one).",
        (SettleActivations, MergeLinears),
        (
            "tests/passes/rewrite/test_settle_activations.py::test_compiled_it_is_smaller_and_refuses_what_was_not_stated",
            "tests/passes/rewrite/test_settle_activations.py::test_it_goes_where_all_channels_are_on_one_side",
            "tests/passes/analysis/test_ranges.py::test_values_lie_within_their_bounds",
        ),
        "training that turns more of them off or on",
    ),
    System(
        "SparseGPT",
        "Frantar, Alistarh, 2023",
        "method",
        "Its published form, as an option: blocks of 128, an equal share of each, inputs as they are now.",
        (Sparsegpt,),
        (
            "tests/passes/prune/importance/test_sparsegpt.py::test_the_published_form_is_the_papers",
            "tests/passes/prune/importance/test_sparsegpt.py::test_the_published_form_has_blocks_of_128_and_knows_nothing_of_the_dense_inputs",
        ),
        "rounding weights",
    ),
)


def page() -> str:
    """The page, as markdown."""
    kinds = "\n".join(f"- *{how}*: {MEANING[how]}." for how in get_args(How))
    head = "| system | paper | how far | what holds | not here | file | tests |\n|---|---|---|---|---|---|---|"
    rows = "\n".join(f"| {' | '.join(_cells(system))} |" for system in SYSTEMS)
    return f"{HEAD}{kinds}\n\n{head}\n{rows}\n"


def _cells(system: System) -> list[str]:
    files = ", ".join(f"[{file.rpartition('/')[2]}](../{file})" for file in system.files)
    tests = ", ".join(_test(test) for test in system.tests)
    text = [system.name, system.paper, system.how, system.holds, system.left or "-"]
    return [*(cell.replace("|", "\\|").replace("``", "`") for cell in text), files, tests]


def _test(test: str) -> str:
    file, _, name = test.partition("::")
    return f"[{name.removeprefix('test_')}](../{file})"


if __name__ == "__main__":
    sys.stdout.write(page())
