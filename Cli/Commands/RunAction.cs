using System.CommandLine;
using System.CommandLine.Invocation;

namespace TfLbfgs.Cli.Commands;

/// <summary>The work of a command.</summary>
/// <param name="run">Does it and returns the exit code.</param>
internal sealed class RunAction(Func<Session, int> run) : SynchronousCommandLineAction
{
    /// <summary>Does it and returns the exit code.</summary>
    public Func<Session, int> Run => run;

    public override int Invoke(ParseResult parseResult) => throw new InvalidOperationException("Tool.Run invokes commands itself.");
}
