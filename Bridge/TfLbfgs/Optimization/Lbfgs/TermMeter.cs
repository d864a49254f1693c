using TfLbfgs.Functions;
using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// Measures the named parts of a loss at accepted points: one call and one read each, none where the loss names no parts.
/// </summary>
internal sealed class TermMeter(Objective? objective, Execution execution, RunTally tally) : IDisposable
{
    private Function? _function;
    private bool _isEager;
    private string[] _names = [];

    /// <summary>The parts at a point by name; empty where there are none.</summary>
    public IReadOnlyDictionary<string, double> Measure(Tensor position)
    {
        if (objective?.Terms is not { IsEmpty: false })
            return LbfgsProgress.NoTerms;
        if (_function is null && !_isEager)
        {
            // Compiling would take longer than most measurements do in all.
            _function = ExecutionPlan.ForCalls(execution).Uncompiled(Body, "lbfgs_terms");
            _isEager = _function is null;
        }

        using TensorScope scope = new();
        Tensor[] inputs = [position, .. objective.Data];
        double[] values = (_function is null ? Body(inputs) : _function.Call(inputs))[0].ToArray<double>();
        tally.OtherReads++;
        Dictionary<string, double> terms = new(StringComparer.Ordinal);
        for (int i = 0; i < values.Length; i++)
            terms[_names[i]] = values[i];
        return terms;
    }

    /// <inheritdoc/>
    public void Dispose() => _function?.Dispose();

    private Tensor[] Body(Tensor[] inputs)
    {
        IReadOnlyList<(string Name, Tensor Value)> terms = objective!.Terms!.Collect(() => objective.EvaluateTerms(inputs[0], inputs[1..]));
        _names = [.. terms.Select(term => term.Name)];
        return terms.Count == 0
            ? [Tensor.Zeros([0], DType.Float64)] : [RawOps.Pack([.. terms.Select(term => VectorMath.As(term.Value, DType.Float64))])];
    }
}
