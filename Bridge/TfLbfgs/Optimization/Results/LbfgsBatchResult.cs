using System.Globalization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>
/// The end of a batch: for each member its point, why it ended, and what tfp's flags would be. Members are listed in row-major order of the
/// batch shape. Owns its tensors.
/// Python: <c>LBfgsOptimizerResults</c> of a batch.
/// </summary>
public sealed class LbfgsBatchResult : IDisposable
{
    internal LbfgsBatchResult()
    {
    }

    /// <summary>The points, shape [..., n]. Python: <c>position</c>.</summary>
    public required Tensor Position { get; init; }

    /// <summary>The gradients there, shape [..., n]. Python: <c>objective_gradient</c>.</summary>
    public required Tensor Gradient { get; init; }

    /// <summary>
    /// The last changes of the positions, oldest first, zeros where there were none yet, shape [m, ..., n]; in the default mode m is the
    /// most pairs that a member has, at least 1. Python: <c>position_deltas</c>.
    /// </summary>
    public required Tensor PositionDeltas { get; init; }

    /// <summary>The last changes of the gradients, shape [m, ..., n]. Python: <c>gradient_deltas</c>.</summary>
    public required Tensor GradientDeltas { get; init; }

    /// <summary>The losses. Python: <c>objective_value</c>.</summary>
    public required IReadOnlyList<double> Losses { get; init; }

    /// <summary>The losses at the start.</summary>
    public required IReadOnlyList<double> InitialLosses { get; init; }

    /// <summary>max |g_i| of each member.</summary>
    public required IReadOnlyList<double> GradientNorms { get; init; }

    /// <summary>
    /// Whether a member ended by a tolerance or the target. With <see cref="LbfgsOptions.TfpCompatible"/> tfp's flag, which is also set
    /// where a member stalled. Python: <c>converged</c>.
    /// </summary>
    public required IReadOnlyList<bool> Converged { get; init; }

    /// <summary>Whether a member ended badly. Python: <c>failed</c>.</summary>
    public required IReadOnlyList<bool> Failed { get; init; }

    /// <summary>Why each member ended.</summary>
    public required IReadOnlyList<StopReason> Reasons { get; init; }

    /// <summary>Why each member ended, in a sentence with numbers.</summary>
    public required IReadOnlyList<string> Messages { get; init; }

    /// <summary>
    /// Iterations of the batch, those of earlier runs that were resumed included: with tfp's rules all members take theirs together, in the
    /// default mode the evaluations after which a member moved. Python: <c>num_iterations</c>.
    /// </summary>
    public required int Iterations { get; init; }

    /// <summary>
    /// Evaluations, each of all members that take part at once, those of earlier runs included. Python: <c>num_objective_evaluations</c>.
    /// </summary>
    public required int Evaluations { get; init; }

    /// <summary>Accepted iterations of each member, up to its end.</summary>
    public required IReadOnlyList<int> MemberIterations { get; init; }

    /// <summary>Evaluations of each member: up to its end in the default mode, all with tfp's rules.</summary>
    public required IReadOnlyList<int> MemberEvaluations { get; init; }

    /// <summary>
    /// Points that the function was given in all evaluations together: those of members that had ended, and repeated ones that fill a
    /// shape, included. With <see cref="BatchOptions.ShedFinished"/> little more than the sum of <see cref="MemberEvaluations"/>.
    /// </summary>
    public required long EvaluatedRows { get; init; }

    /// <summary>Reads of a few scalars per member from the device: at most <see cref="Evaluations"/> + <see cref="Iterations"/>.</summary>
    public required int Reads { get; init; }

    /// <summary>How often a member forgot its pairs and began anew from the steepest descent.</summary>
    public required int Restarts { get; init; }

    /// <summary>Line searches of single members that found no acceptable step.</summary>
    public required int FailedSearches { get; init; }

    /// <summary>Seconds of the whole minimization, tracing included.</summary>
    public required double Seconds { get; init; }

    /// <summary>The start and every iteration that moved a member, with the numbers of the member with the lowest loss.</summary>
    public required IReadOnlyList<LbfgsProgress> History { get; init; }

    /// <summary>The number of members.</summary>
    public int Count => Losses.Count;

    /// <summary>Whether every member has converged.</summary>
    public bool AllConverged => Converged.All(converged => converged);

    /// <summary>The member with the lowest loss.</summary>
    public int Best => Enumerable.Range(0, Count).MinBy(member => double.IsNaN(Losses[member]) ? double.PositiveInfinity : Losses[member]);

    /// <summary>Pairs stored per member since its last restart.</summary>
    internal IReadOnlyList<int> Pairs { get; init; } = [];

    /// <summary>
    /// The share of the geometric length in that of D, per member: see <see cref="LengthShare"/>; empty with tfp's rules.
    /// </summary>
    internal IReadOnlyList<int> LengthShares { get; init; } = [];

    /// <summary>The numbers of each member's run, by which a resumed one chooses its first trial; empty with tfp's rules.</summary>
    internal IReadOnlyList<RunNumbers<HostScalar>> Numbers { get; init; } = [];

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Position.Dispose();
        Gradient.Dispose();
        PositionDeltas.Dispose();
        GradientDeltas.Dispose();
    }

    /// <summary>How many members ended for which reason, the lowest loss, and the counts, in one line.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        string reasons =
            string.Join(", ",
            Reasons.GroupBy(reason => reason).OrderByDescending(group => group.Count()).Select(group => $"{group.Count()} {group.Key}"));
        return string.Create(CultureInfo.InvariantCulture,
            $"{Count} members: {reasons}. Lowest loss {Losses[Best]:G6} after {Iterations} iterations and {Evaluations} evaluations in "
            + $"{Seconds:F2} s.");
    }
}
