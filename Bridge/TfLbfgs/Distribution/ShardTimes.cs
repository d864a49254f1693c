using TfLbfgs.Optimization;
using TfLbfgs.Tensors;

namespace TfLbfgs.Distribution;

/// <summary>
/// Where the time of evaluations goes. Clocks are read in the evaluation, and their readings come with the numbers of the minimizer, in its
/// read. A time is the difference of two readings of one clock, so that the clocks of processes need not agree.
/// </summary>
internal sealed class ShardTimes
{
    /// <summary>How many of the last evaluations count.</summary>
    private const int Window = 64;

    /// <summary>After how many evaluations slow devices are looked for.</summary>
    private const int LookInterval = 8;

    /// <summary>What a device must take more than the others: less is the scheduling of threads.</summary>
    private const double NotableSeconds = 1e-3;

    private readonly IReadOnlyList<string> _devices;
    private readonly DistributedOptions _options;
    private readonly Times[] _parts;
    private readonly Times _spans = new();
    private readonly Times _network = new();
    private readonly Times _overhead = new();
    private readonly HashSet<int> _slow = [];

    /// <summary>Prepares.</summary>
    /// <param name="devices">The device of each part; changes when parts move.</param>
    /// <param name="options">What is slow.</param>
    public ShardTimes(IReadOnlyList<string> devices, DistributedOptions options)
    {
        _devices = devices;
        _options = options;
        _parts = [.. devices.Select(_ => new Times())];
    }

    /// <summary>The numbers of an evaluation as they are read.</summary>
    /// <param name="parts">Begin and end of each part, by the clock of its process.</param>
    /// <param name="began">When the position was there, by the clock of this process, as are the next two.</param>
    /// <param name="arrived">When all gradients were here.</param>
    /// <param name="done">When they were added.</param>
    /// <returns>Float64, shape [2 parts + 3].</returns>
    public static Tensor Pack(IReadOnlyList<Tensor> parts, Tensor began, Tensor arrived, Tensor done) =>
        RawOps.Pack([.. parts, began, arrived, done]);

    /// <summary>Takes the numbers of an evaluation.</summary>
    /// <param name="readings">As <see cref="Pack"/> orders them.</param>
    /// <returns>Where its time went.</returns>
    public EvaluationSeconds Take(ReadOnlySpan<double> readings)
    {
        Dictionary<string, (double Begin, double End)> processes = [];
        double slowest = 0;
        for (int i = 0; i < _parts.Length; i++)
        {
            (double begin, double end) = (readings[2 * i], readings[(2 * i) + 1]);
            _parts[i].Add(end - begin);
            slowest = Math.Max(slowest, end - begin);
            string process = ProcessOf(_devices[i]);
            (double first, double last) = processes.GetValueOrDefault(process, (begin, end));
            processes[process] = (Math.Min(first, begin), Math.Max(last, end));
        }

        (double began, double arrived, double done) = (readings[^3], readings[^2], readings[^1]);
        double workers = processes.Values.Max(span => span.End - span.Begin);
        double network = Math.Max(0, arrived - began - workers);
        _spans.Add(done - began);
        _network.Add(network);
        _overhead.Add(done - began - slowest);
        if (_spans.Count % LookInterval == 0)
            ReportSlow();
        return new EvaluationSeconds(workers, network);
    }

    /// <summary>What was measured so far.</summary>
    public DistributionReport Report(int evaluations, long bytes) => new(
        evaluations,
        [.. _parts.Select((part, i) => new DeviceTime(i, _devices[i], part.Typical, _slow.Contains(i)))],
        _spans.Typical,
        _spans.Count,
        _overhead.Typical,
        bytes)
    { NetworkSeconds = _network.Typical };

    /// <summary>The process of a device, such as <c>/job:worker/replica:0/task:1</c>.</summary>
    private static string ProcessOf(string device) => device[..device.IndexOf("/device:", StringComparison.Ordinal)];

    private void ReportSlow()
    {
        if (_parts.Length < 2)
            return;
        double[] typical = [.. _parts.Select(part => part.Typical)];
        double median = typical.Order().ElementAt((typical.Length - 1) / 2);
        for (int i = 0; i < typical.Length; i++)
        {
            if (typical[i] <= _options.SlowFactor * median || typical[i] - median < NotableSeconds)
                _slow.Remove(i);
            else if (_slow.Add(i))
                _options.Reported?.Invoke(
                    FormattableString.Invariant($"Part {i} on {_devices[i]} is slow: {typical[i] * 1e3:F2} ms an evaluation, ")
                    + FormattableString.Invariant($"the median of all parts is {median * 1e3:F2} ms."));
        }
    }

    /// <summary>The last of some times.</summary>
    private sealed class Times
    {
        private readonly Queue<double> _last = [];
        private double _first = double.NaN;

        /// <summary>How many there were.</summary>
        public int Count { get; private set; }

        /// <summary>The median of the last ones; the first of all, which compiles and connects, counts only where it is alone.</summary>
        public double Typical
        {
            get
            {
                double[] sorted = [.. _last.Order()];
                return sorted.Length == 0 ? _first : sorted[sorted.Length / 2];
            }
        }

        public void Add(double seconds)
        {
            if (Count++ == 0)
            {
                _first = seconds;
                return;
            }

            _last.Enqueue(seconds);
            if (_last.Count > Window)
                _last.Dequeue();
        }
    }
}
