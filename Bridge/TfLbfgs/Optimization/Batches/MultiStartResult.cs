using System.Globalization;
using System.Text;
using TfLbfgs.Tensors;

namespace TfLbfgs.Optimization;

/// <summary>The ends of many starts, best first, and the different minima among them. Owns its tensor.</summary>
public sealed class MultiStartResult : IDisposable
{
    private const int LinesPrinted = 20;

    internal MultiStartResult()
    {
    }

    /// <summary>The points that the starts reached, in the order of <see cref="Entries"/>, shape [count, n].</summary>
    public required Tensor Positions { get; init; }

    /// <summary>The ends, the lowest loss first; those without a finite loss last.</summary>
    public required IReadOnlyList<MultiStartEntry> Entries { get; init; }

    /// <summary>
    /// The different minima, the lowest first: positions whose components differ by more than <see cref="Distance"/> times the larger of 1
    /// and the largest component.
    /// </summary>
    public required IReadOnlyList<MultiStartMinimum> Minima { get; init; }

    /// <summary>How far apart two minima are at least.</summary>
    public required double Distance { get; init; }

    /// <summary>Calls of the function: for a batch each evaluates all members that have not ended.</summary>
    public required int Calls { get; init; }

    /// <summary>Points that were evaluated.</summary>
    public required long EvaluatedRows { get; init; }

    /// <summary>Seconds of the whole, tracing included.</summary>
    public required double Seconds { get; init; }

    /// <summary>The lowest of all.</summary>
    public MultiStartEntry Best => Entries[0];

    /// <summary>The point that a start reached.</summary>
    /// <param name="rank">Its rank, an index of <see cref="Entries"/>; 0 is the best.</param>
    /// <returns>The point, shape [n], owned by the caller.</returns>
    public Tensor PositionOf(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Entries.Count);
        return Positions[rank];
    }

    /// <summary>Frees the tensor.</summary>
    public void Dispose() => Positions.Dispose();

    /// <summary>A line of counts, then a table: rank, start, loss, max |g|, minimum, evaluations, reason. At most 20 ranks.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Entries.Count} starts, {Minima.Count} minima; lowest loss {Best.Loss:G9} of start {Best.Start}; {EvaluatedRows} points in "
            + $"{Calls} calls, {Seconds:F2} s.");
        text.Append("rank  start             loss    max |g|  minimum  evaluations  reason");
        for (int rank = 0; rank < Math.Min(Entries.Count, LinesPrinted); rank++)
        {
            MultiStartEntry e = Entries[rank];
            string minimum = e.Minimum?.ToString(CultureInfo.InvariantCulture) ?? "-";
            text.AppendLine()
                .Append(CultureInfo.InvariantCulture,
                $"{rank,4}  {e.Start,5}  {e.Loss,15:G9}  {e.GradientNorm,9:G3}  {minimum,7}  {e.Evaluations,11}  {e.Reason}");
        }

        if (Entries.Count > LinesPrinted)
            text.AppendLine().Append(CultureInfo.InvariantCulture, $"... and {Entries.Count - LinesPrinted} more");
        return text.ToString();
    }
}
