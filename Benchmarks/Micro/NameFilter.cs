using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Running;

namespace TfLbfgs.Benchmarks.Micro;

/// <summary>Keeps the benchmarks whose <c>Class.Method</c> contains a text, in upper or lower case.</summary>
internal sealed class NameFilter(string text) : IFilter
{
    /// <inheritdoc/>
    public bool Predicate(BenchmarkCase benchmarkCase) =>
        $"{benchmarkCase.Descriptor.Type.Name}.{benchmarkCase.Descriptor.WorkloadMethod.Name}".Contains(text,
            StringComparison.OrdinalIgnoreCase);
}
