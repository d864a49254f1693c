using Spectre.Console;
using TfLbfgs.Optimization;

namespace TfLbfgs.Cli.Output;

/// <summary>Shows a minimization while it runs: redrawn in place on a terminal, plain lines otherwise.</summary>
internal static class ProgressDisplay
{
    /// <summary>Runs a minimization with progress.</summary>
    /// <param name="minimize">Runs it, on the calling thread, with what it is to report to.</param>
    public static LbfgsResult Run(Func<IProgress<LbfgsProgress>, LbfgsResult> minimize)
    {
        if (Console.IsOutputRedirected)
            return RunPlain(minimize, Console.Out);
        return AnsiConsole.Profile.Capabilities.Interactive && AnsiConsole.Profile.Capabilities.Ansi ? RunLive(minimize) : RunPlain(minimize, Console.Out);
    }

    // Apart from RunLive, so that a run into a pipe does not load Spectre.Console.
    private static LbfgsResult RunPlain(Func<IProgress<LbfgsProgress>, LbfgsResult> minimize, TextWriter output)
    {
        PlainProgress progress = new(output);
        LbfgsResult result = minimize(progress);
        progress.Finish();
        return result;
    }

    private static LbfgsResult RunLive(Func<IProgress<LbfgsProgress>, LbfgsResult> minimize)
    {
        Table table = LiveProgress.NewTable();
        return AnsiConsole.Live(table).Start(context =>
        {
            LiveProgress progress = new(context, table);
            LbfgsResult result = minimize(progress);
            progress.Finish();
            return result;
        });
    }
}
