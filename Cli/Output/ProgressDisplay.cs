using Spectre.Console;
using TfLbfgs.Cli.Commands;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>Shows a minimization while it runs: redrawn in place on a terminal that is wide enough, plain lines otherwise.</summary>
internal static class ProgressDisplay
{
    // Two blanks and a border between columns.
    private static int TableWidth => ProgressTable.Widths.Sum() + (3 * ProgressTable.Widths.Count) + 1;

    /// <summary>Runs a minimization with progress.</summary>
    /// <param name="session">Where it is shown.</param>
    /// <param name="minimize">Runs it, on the calling thread, with what it is to report to.</param>
    public static LbfgsResult Run(Session session, Func<IProgress<LbfgsProgress>, LbfgsResult> minimize) =>
        session.IsTerminal ? RunOnTerminal(session, minimize) : RunPlain(session, minimize);

    // Apart from RunOnTerminal, so that a run into a pipe does not load Spectre.Console.
    private static LbfgsResult RunPlain(Session session, Func<IProgress<LbfgsProgress>, LbfgsResult> minimize)
    {
        PlainProgress progress = new(session.Report.Output);
        LbfgsResult result = minimize(progress);
        progress.Finish();
        return result;
    }

    private static LbfgsResult RunOnTerminal(Session session, Func<IProgress<LbfgsProgress>, LbfgsResult> minimize)
    {
        bool hasColor = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console =
            AnsiConsole.Create(
            new AnsiConsoleSettings { ColorSystem = hasColor ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors });
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi || console.Profile.Width < TableWidth)
            return RunPlain(session, minimize);
        session.Report.Hold(true);
        try
        {
            return RunLive(console, minimize);
        }
        finally
        {
            session.Report.Hold(false);
        }
    }

    private static LbfgsResult RunLive(IAnsiConsole console, Func<IProgress<LbfgsProgress>, LbfgsResult> minimize)
    {
        Table table = LiveProgress.NewTable();
        return console.Live(table).Start(context =>
        {
            LiveProgress progress = new(context, table);
            LbfgsResult result = minimize(progress);
            progress.Finish();
            return result;
        });
    }
}
