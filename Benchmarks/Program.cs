using TfLbfgs.Benchmarks.Commands;

namespace TfLbfgs.Benchmarks;

internal static class Program
{
    private static Task<int> Main(string[] arguments) => BenchmarkTool.RunAsync(arguments);
}
