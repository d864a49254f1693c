using TfLbfgs.Functions;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The compiled loop of one objective: one native call per block of iterations. Serves any number of runs.</summary>
internal sealed class LoopKernel : IDisposable
{
    /// <summary>The most iterations of a block: the numbers of each have a row.</summary>
    public const int MaxBlock = 256;

    private readonly Objective _objective;
    private readonly Function _function;

    /// <summary>Prepares; traced and compiled at the first call.</summary>
    public LoopKernel(Objective objective, int pairs, InverseScaling scaling, bool usesLosses)
    {
        // A block has the pairs that it takes and those that it gives.
        MemoryTable.Require(pairs, objective.Count, objective.DType, copies: 2);
        _objective = objective;
        Pairs = pairs;
        Scaling = scaling;
        Description = PairHistory.Describe(pairs, scaling, usesLosses);
        LoopBody body = new(objective, pairs, scaling, usesLosses, MaxBlock + 1);
        _function = new Function(body.Trace, new FunctionOptions { Name = "lbfgs_loop", Compile = true });
    }

    /// <summary>What is minimized; borrowed.</summary>
    public Objective Objective => _objective;

    /// <summary>m.</summary>
    public int Pairs { get; }

    /// <summary>The matrix that the pairs correct.</summary>
    public InverseScaling Scaling { get; }

    /// <summary>The method in a few words.</summary>
    public string Description { get; }

    /// <summary>Runs a block.</summary>
    /// <param name="state">Where the run stands.</param>
    /// <param name="limits">The limits of the block, in the order of <see cref="LoopLimits{T}"/>.</param>
    /// <param name="cancellation">Abandons the first call, which compiles.</param>
    /// <returns>Where it stands then, in the scope of the caller.</returns>
    /// <exception cref="CompilationCancelledException">The call was abandoned.</exception>
    public LoopState Call(LoopState state, double[] limits, CancellationToken cancellation) => LoopState.Of(_function.CallUnlessCancelled(
        [.. state.Tensors(), Tensor.From(limits), .. _objective.Data], ObjectiveGuard.CancellationOfCompilation(_objective, cancellation)));

    /// <summary>Refuses a memory that is none of this loop.</summary>
    /// <exception cref="TfLbfgsException">Tensors are missing, or have other shapes or dtypes, or the cursor is out of range.</exception>
    public void Check(IReadOnlyList<Tensor> memory) => PairHistory.CheckMemory(memory, Pairs, _objective.Count, _objective.DType, Scaling);

    /// <summary>Reports an accepted iteration to the objective; it cannot receive the other evaluations.</summary>
    public void Tell(double loss) => _objective.OnEvaluated(loss);

    /// <inheritdoc/>
    public void Dispose() => _function.Dispose();
}
