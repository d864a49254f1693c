using TfLbfgs.Tensors;
using TfLbfgs.Variables;

namespace TfLbfgs.Distribution;

/// <summary>
/// The times of the last evaluation, kept in one small variable where the vector is, and read now and then. A time is the difference of two
/// readings of one clock, so
/// that the clocks of devices need not agree.
/// </summary>
internal sealed class ShardTimes : IDisposable
{
    private readonly IReadOnlyList<string> _devices;
    private readonly DistributedOptions _options;
    private readonly Variable _last;
    private readonly List<double>[] _seconds;
    private readonly List<double> _spans = [];
    private readonly HashSet<int> _slow = [];
    private int _evaluations;

    /// <summary>Makes the variable on the current device.</summary>
    /// <param name="devices">The device of each part; changes when parts move.</param>
    /// <param name="options">When to read, and what is slow.</param>
    public ShardTimes(IReadOnlyList<string> devices, DistributedOptions options)
    {
        _devices = devices;
        int shards = devices.Count;
        _options = options;
        using Tensor none = Tensor.Fill([2L * (shards + 1)], 0, Runtime.DType.Float64);
        _last = new Variable(none, "shard_times", trainable: false);
        _seconds = [.. Enumerable.Range(0, shards).Select(_ => new List<double>())];
    }

    /// <summary>Writes readings in a trace.</summary>
    /// <param name="readings">Begin and end of each part, then of all, float64, shape [] each.</param>
    public void Keep(IReadOnlyList<Tensor> readings) => _last.Assign(RawOps.Pack(readings));

    /// <summary>Counts an evaluation, and reads the times where it is the turn.</summary>
    public void Evaluated()
    {
        if (_evaluations++ % _options.MeasureInterval != 0)
            return;
        using Tensor value = _last.Value;
        double[] readings = value.ToArray<double>();
        // Nothing was traced, as with Execution.Eager.
        if (readings[^1] == 0)
            return;
        for (int i = 0; i < _seconds.Length; i++)
            _seconds[i].Add(readings[(2 * i) + 1] - readings[2 * i]);
        _spans.Add(readings[^1] - readings[^2]);
        ReportSlow();
    }

    /// <summary>What was measured so far.</summary>
    public DistributionReport Report(long bytes) => new(
        _evaluations,
        [.. _seconds.Select((seconds, i) => new DeviceTime(i, _devices[i], Typical(seconds), _slow.Contains(i)))],
        Typical(_spans),
        _spans.Count,
        Overhead(),
        bytes);

    /// <inheritdoc/>
    public void Dispose() => _last.Dispose();

    /// <summary>The median, without the first, which compiles and connects, where there are others.</summary>
    private static double Typical(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Skip(values.Skip(1).Any() ? 1 : 0).Order()];
        return sorted.Length == 0 ? double.NaN : sorted[sorted.Length / 2];
    }

    /// <summary>How much longer evaluations took than their slowest part.</summary>
    private double Overhead() => Typical(_spans.Select((span, k) => span - _seconds.Max(seconds => seconds[k])));

    private void ReportSlow()
    {
        // The first evaluation compiles and connects.
        const int enough = 3;
        if (_spans.Count <= enough || _seconds.Length < 2)
            return;
        double[] typical = [.. _seconds.Select(Typical)];
        double median = typical.Order().ElementAt((typical.Length - 1) / 2);
        for (int i = 0; i < typical.Length; i++)
        {
            if (typical[i] <= _options.SlowFactor * median)
                _slow.Remove(i);
            else if (_slow.Add(i))
                _options.Reported?.Invoke(FormattableString.Invariant($"Part {i} on {_devices[i]} is slow: {typical[i] * 1e3:F2} ms an evaluation, the median of all parts is {median * 1e3:F2} ms."));
        }
    }
}
