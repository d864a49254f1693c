using BenchmarkDotNet.Analysers;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>The micro-benchmarks by BenchmarkDotNet.</summary>
internal static class MicroBenchmarks
{
    private static readonly Type[] All =
        [typeof(OpBenchmarks), typeof(FunctionCallBenchmarks), typeof(TransferBenchmarks), typeof(LayoutBenchmarks),
        typeof(TapeBenchmarks)];

    /// <summary>Runs those whose name, such as <c>LayoutBenchmarks.Split</c>, contains the filter.</summary>
    /// <param name="filter">A part of a name; null: all.</param>
    /// <param name="isShort">Three measurements of each instead of as many as are needed.</param>
    /// <param name="folder">Where the reports are written.</param>
    /// <returns>How many failed; -1: none fits the filter.</returns>
    public static int Run(string? filter, bool isShort, string folder)
    {
        // In this process: the usual toolchain builds a project per run, which needs the package feed.
        Job job = (isShort ? Job.ShortRun : Job.Default).WithToolchain(InProcessEmitToolchain.Instance);
        ManualConfig config = ManualConfig.CreateEmpty()
            .AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddColumnProvider(DefaultColumnProviders.Instance)
                .AddLogger(ConsoleLogger.Default)
            .AddAnalyser(EnvironmentAnalyser.Default).AddExporter(MarkdownExporter.GitHub, JsonExporter.Brief).WithArtifactsPath(folder);
        if (filter is not null)
            config.AddFilter(new NameFilter(filter));
        BenchmarkRunInfo[] runs =
            [.. All.Select(type => BenchmarkConverter.TypeToBenchmarks(type, config)).Where(run => run.BenchmarksCases.Length > 0)];
        return runs.Length == 0
            ? -1 : BenchmarkRunner.Run(runs)
            .Sum(summary => summary.Reports.Count(report => !report.Success) + (summary.HasCriticalValidationErrors ? 1 : 0));
    }
}
