package io.segwatch.launcher;

import io.segwatch.contracts.RuleText;
import io.segwatch.v1.Rule;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Alert rules of a running Segwatch. */
@Command(
        name = "rule",
        description = "Add, list and remove alert rules of a running Segwatch.",
        mixinStandardHelpOptions = true,
        subcommands = {RuleCommand.Add.class, DefinitionCommand.Listing.class, DefinitionCommand.Remove.class})
final class RuleCommand extends DefinitionCommand<Rule, Rule> {
    RuleCommand() {
        super(
                "rule",
                "rules",
                "--query person --trigger 5% --for 3s",
                Rule.getDefaultInstance(),
                Rule.getDefaultInstance());
    }

    @Override
    String line(Rule rule, Rule none) {
        return String.format(
                "%-20s %s%s",
                rule.getId(),
                RuleText.sentence(rule, query -> query, zone -> zone, camera -> camera),
                rule.getDisabled() ? "; paused" : "");
    }

    @Command(
            name = "add",
            description = "Alert when a query's measure crosses a threshold.",
            mixinStandardHelpOptions = true)
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private RuleCommand parent;

        @Spec
        private CommandSpec spec;

        @Mixin
        private RuleOptions options;

        @Option(names = "--camera", description = "Only on this camera; may be given again. Default: all.")
        private List<String> cameras = List.of();

        @Override
        public Integer call() throws Exception {
            Rule rule = options.toRule().toBuilder().addAllCameras(cameras).build();
            spec.commandLine().getOut().println("Added rule " + parent.add(rule));
            return CommandLine.ExitCode.OK;
        }
    }
}
