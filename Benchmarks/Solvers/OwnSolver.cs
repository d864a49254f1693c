using TfLbfgs.Benchmarks.Workloads;
using TfLbfgs.Functions;
using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Benchmarks.Solvers;

/// <summary>Our own driver on one workload.</summary>
internal sealed class OwnSolver : IDisposable
{
    private readonly TapeObjective _objective;
    private readonly LbfgsOptions _options;
    private readonly LbfgsMinimizer _minimizer;
    private readonly Function _function;

    /// <summary>Puts the data on the device; nothing is traced yet.</summary>
    public OwnSolver(Workload workload, Variant variant)
    {
        _objective = workload.CreateObjective();
        _options = variant.Options;
        _minimizer = new LbfgsMinimizer(_objective, _options);
        _function = new Function(
            inputs =>
            {
                (Tensor loss, Tensor gradient) = _objective.Evaluate(inputs[0], inputs[1..]);
                return [loss, gradient];
            },
            new FunctionOptions { Name = "bare", Compile = _options.Execution is Execution.Compiled or Execution.CompiledCalls });
    }

    /// <summary>One whole minimization from the start; the first one traces and compiles, the later ones use what is there.</summary>
    public Outcome Solve(int iterations)
    {
        _minimizer.Options = _options with { MaxIterations = iterations };
        using LbfgsResult result = _minimizer.Minimize();
        return new Outcome(result.Loss, result.Evaluations, result.Iterations, result.Reads);
    }

    /// <summary>One bare value-and-gradient call of the same kind at the start, the loss read.</summary>
    public double Raw(Tensor start)
    {
        using TensorScope scope = new();
        return _function.Call([start, .. _objective.Data])[0].ToDouble();
    }

    /// <summary>The start, owned by the caller.</summary>
    public Tensor Start() => _objective.InitialPosition();

    public void Dispose()
    {
        _function.Dispose();
        _minimizer.Dispose();
        _objective.Dispose();
    }
}
