package dev.tocsin.cli;

import dev.tocsin.app.Version;
import java.util.ServiceLoader;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The program: parses the command line, runs a command, and turns what it threw into an exit code. */
@Command(
        name = "tocsin",
        description = "Ring your alerts on purpose. Prove your data survives.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Versions.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:passed",
            "1:failed",
            "2:usage, or an invalid scenario or configuration",
            "3:inconclusive",
            "4:aborted",
            "5:error",
            "70:a defect of Tocsin",
            "124:gave up waiting",
            "130:interrupted"
        })
public final class Main {
    /** A command that not every build of Tocsin carries; the lab is one. */
    public interface Extra {
        Object command();
    }

    static final class Versions implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"tocsin " + Version.current()};
        }
    }

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** All commands of this build. */
    public static CommandLine commandLine() {
        var main = new CommandLine(new Main());
        ServiceLoader.load(Extra.class).forEach(extra -> main.addSubcommand(extra.command()));
        main.addSubcommand(new ServeCommand())
                .addSubcommand(new RunCommand())
                .addSubcommand(new WatchCommand())
                .addSubcommand(new AbortCommand())
                .addSubcommand(new DescribeCommand())
                .addSubcommand(new GetCommand())
                .addSubcommand(new LintCommand())
                .addSubcommand(new JudgeCommand())
                .addSubcommand(new SchemaCommand())
                .addSubcommand(
                        "completion",
                        new CommandLine(new AutoComplete.GenerateCompletion()).setCommandName("completion"));
        main.setCaseInsensitiveEnumValuesAllowed(true);
        main.setExecutionExceptionHandler(Main::explain);
        return main;
    }

    private static int explain(Exception thrown, CommandLine command, CommandLine.ParseResult parsed) {
        if (thrown instanceof UserException known) {
            command.getErr().println("tocsin: " + known.getMessage());
            return known.exitCode();
        }
        if (thrown instanceof InterruptedException) {
            return ExitCode.INTERRUPTED;
        }
        command.getErr().println("tocsin: a defect, please report it:");
        thrown.printStackTrace(command.getErr());
        return ExitCode.DEFECT;
    }
}
