using TfLbfgs.Benchmarks.Workloads;

namespace TfLbfgs.Benchmarks.Methods;

/// <summary>The workload <c>pinn</c>, Burgers' equation on 2,000 points, n = 1,341.</summary>
internal sealed class WorkloadPinn() : PinnProblem("pinn")
{
    private readonly PinnWorkload _workload = new();

    /// <inheritdoc/>
    public override IReadOnlyList<int> Widths => PinnWorkload.Widths;

    /// <inheritdoc/>
    protected override (double[,] Inputs, double[] Values) Solution => BurgersSolution.Read();

    /// <inheritdoc/>
    public override TapeObjective CreateObjective() => _workload.CreateObjective();
}
