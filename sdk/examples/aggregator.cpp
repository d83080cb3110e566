// An aggregator: one answer from what all components gave, the failed ones named.
#include <cedar/aggregator.hpp>
#include <cedar/component.hpp>

cedar::Final list_answers(const cedar::AggregatorInput& input) {
    cedar::Final final;
    final.args.title = "What each component said";
    final.args.text = "You asked: " + input.request.text + "\n";
    for (const auto& candidate : input.candidates) {
        if (candidate.ok) {
            final.args.text += "\n" + candidate.name + ": " + candidate.summary.text();
        } else {
            final.args.run_summary.push_back(candidate.name + " failed: " + candidate.status);
        }
    }
    return final;
}

CEDAR_PLUGIN(cedar::component<list_answers>{.id = "sample.list_answers",
                                            .version = "1.0.0",
                                            .summary = "Lists what each component said.",
                                            .role = cedar::Role::aggregator,
                                            .deterministic = true})
