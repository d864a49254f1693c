using TfLbfgs.Runtime;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>Where an earlier run ended, so that another can go on. All tensors are borrowed.</summary>
internal sealed record BatchStart(Tensor Position, Tensor Gradient, Tensor PositionDeltas, Tensor GradientDeltas)
{
    /// <summary>Losses, one per member.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>Losses at the very first point.</summary>
    public required IReadOnlyList<double> InitialLosses { get; init; }

    /// <summary>tfp's flags.</summary>
    public required IReadOnlyList<bool> Converged { get; init; }

    /// <summary>tfp's flags.</summary>
    public required IReadOnlyList<bool> Failed { get; init; }

    /// <summary>Reasons and sentences of the members that had ended.</summary>
    public required IReadOnlyList<(StopReason Reason, string Message)> Ends { get; init; }

    /// <summary>Pairs stored per member.</summary>
    public required IReadOnlyList<int> Pairs { get; init; }

    /// <summary>The share of the geometric length per member: see <see cref="LengthShare"/>; empty with tfp's rules.</summary>
    public IReadOnlyList<int> LengthShares { get; init; } = [];

    /// <summary>The numbers of each member's run; empty with tfp's rules.</summary>
    public IReadOnlyList<RunNumbers<HostScalar>> Numbers { get; init; } = [];

    /// <summary>Iterations of each member.</summary>
    public required IReadOnlyList<int> MemberIterations { get; init; }

    /// <summary>Evaluations of each member.</summary>
    public required IReadOnlyList<int> MemberEvaluations { get; init; }

    /// <summary>Points evaluated so far.</summary>
    public required long EvaluatedRows { get; init; }

    /// <summary>Iterations so far.</summary>
    public required int Iterations { get; init; }

    /// <summary>Evaluations so far.</summary>
    public required int Evaluations { get; init; }

    /// <summary>What a batch left.</summary>
    public static BatchStart Of(LbfgsBatchResult result) =>
        new(result.Position, result.Gradient, result.PositionDeltas, result.GradientDeltas)
        {
            Losses = result.Losses,
            InitialLosses = result.InitialLosses,
            Converged = result.Converged,
            Failed = result.Failed,
            Ends = [.. result.Reasons.Zip(result.Messages)],
            Pairs = result.Pairs,
            LengthShares = result.LengthShares,
            Numbers = result.Numbers,
            MemberIterations = result.MemberIterations,
            MemberEvaluations = result.MemberEvaluations,
            EvaluatedRows = result.EvaluatedRows,
            Iterations = result.Iterations,
            Evaluations = result.Evaluations,
        };

    /// <summary>What a single vector left.</summary>
    /// <exception cref="TfLbfgsException">It was minimized without tfp's memory.</exception>
    public static BatchStart Of(LbfgsResult result)
    {
        if (result.PositionDeltas is not { } s || result.GradientDeltas is not { } y)
            throw new TfLbfgsException("TfpOptions.PreviousResult: expected a result of a run with LbfgsOptions.TfpCompatible, received "
                + "one of the default mode, which keeps no PositionDeltas. Start from its Position instead.");
        return new(result.Position, result.Gradient, s, y)
        {
            Losses = [result.Loss],
            InitialLosses = [result.InitialLoss],
            Converged = [result.Converged],
            Failed = [result.Failed],
            Ends = [(result.Reason, result.Message)],
            Pairs = [0],
            MemberIterations = [result.Iterations],
            MemberEvaluations = [result.Evaluations],
            EvaluatedRows = result.Evaluations,
            Iterations = result.Iterations,
            Evaluations = result.Evaluations,
        };
    }

    /// <summary>Checks that it fits the problem.</summary>
    /// <param name="option">The option, for the message.</param>
    /// <param name="function">The problem.</param>
    /// <exception cref="TfLbfgsException">It belongs to another problem, or is disposed.</exception>
    public BatchStart Fitting(string option, BatchFunction function)
    {
        if (Position.DType != function.DType || Position.Shape != function.Shape)
            throw new TfLbfgsException($"{option}: expected results for positions of {function.DType.PythonName}{function.Shape}, "
                + $"received those of another problem, {Position.Describe()}.");
        return this;
    }
}
