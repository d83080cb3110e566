"""The rules that this repository keeps, one small function each; tools/tidy runs them."""

from . import cmake_rules, coroutine_rules, cpp_rules, guide_rules, layer_rules, markdown_rules
from . import text_rules, tree_rules
from .model import File, Finding, Repository, all_rules, check

__all__ = ["File", "Finding", "Repository", "all_rules", "check", "RULE_MODULES"]

RULE_MODULES = (layer_rules, cpp_rules, coroutine_rules, text_rules, markdown_rules, guide_rules, cmake_rules,
                tree_rules)
