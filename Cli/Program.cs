using TfLbfgs.Cli.Commands;

namespace TfLbfgs.Cli;

internal static class Program
{
    private static int Main(string[] arguments) => Tool.Run(arguments);
}
