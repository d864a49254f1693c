using System.Globalization;
using System.Text;

namespace TfLbfgs.Distribution;

/// <summary>Where the time of the evaluations of a <see cref="DistributedObjective"/> went.</summary>
/// <param name="Evaluations">How many there were.</param>
/// <param name="Devices">The time of each part.</param>
/// <param name="EvaluationSeconds">The median time of an evaluation, from the vector to the sum, by the clock of this process; NaN: not
/// measured.</param>
/// <param name="Measured">How many evaluations were measured.</param>
/// <param name="OverheadSeconds">How much longer an evaluation takes than its slowest part, the median: network, calls and sum; NaN: not
/// measured.</param>
/// <param name="BytesPerEvaluation">What an evaluation sends to and receives from other processes: the vector to each part and a gradient
/// from each.</param>
public sealed record DistributionReport(
    int Evaluations, IReadOnlyList<DeviceTime> Devices, double EvaluationSeconds, int Measured, double OverheadSeconds,
    long BytesPerEvaluation)
{
    /// <summary>
    /// How long the position and the gradients were on their way in an evaluation, the median; NaN: not measured.
    /// </summary>
    public double NetworkSeconds { get; init; } = double.NaN;

    /// <summary>One line for each part and one for all.</summary>
    /// <returns>The text.</returns>
    public override string ToString()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"{"part",4}  {"ms",10}  device");
        foreach (DeviceTime time in Devices)
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{time.Shard,4}  {time.Seconds * 1e3,10:F3}  {time.Device}{(time.IsSlow ? " (slow)" : "")}");
        text.Append(CultureInfo.InvariantCulture, $"{Evaluations} evaluations of {EvaluationSeconds * 1e3:F3} ms ({Measured} measured), "
            + $"{OverheadSeconds * 1e6:F0} us above the slowest part, {NetworkSeconds * 1e6:F0} us of them on the way; "
            + $"{BytesPerEvaluation} bytes each between processes");
        return text.ToString();
    }

    /// <summary>Before any measurement.</summary>
    internal static DistributionReport Empty(IReadOnlyList<string> devices, long bytes) => new(
        0, [.. devices.Select((device, i) => new DeviceTime(i, device, double.NaN, false))], double.NaN, 0, double.NaN, bytes);
}
