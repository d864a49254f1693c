using System.Globalization;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// Which test classes this process runs: all of them, or, where <c>TFLBFGS_TEST_PART</c> says "1/2" or "2/2", those whose names fall to
/// that part. Handle counters, native counters and the TensorFlow context are of a process, so that a class runs whole in one of them. The
/// name
/// alone decides: a new class needs no list, and a class stays where it is when others come.
/// </summary>
internal sealed record SuitePart(int Index, int Count)
{
    /// <summary>The variable that names the part; child processes that run tests do not inherit it.</summary>
    public const string Variable = "TFLBFGS_TEST_PART";

    // The bit of the hash whose two parts took about the same time; another is chosen when that changes.
    private const int BalancedBit = 6;

    /// <summary>The part of this process.</summary>
    public static SuitePart Current { get; } = Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The part that a text names.</summary>
    public static SuitePart Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return new SuitePart(1, 1);
        string[] numbers = text.Split('/');
        return numbers.Length == 2
            && int.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out int index)
            && int.TryParse(numbers[1], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && index >= 1 && index <= count
            ? new SuitePart(index, count)
            : throw new InvalidOperationException($"{Variable}: expected a part and how many there are, as in 1/2, received '{text}'");
    }

    /// <summary>
    /// The threads of TensorFlow's kernels: the cores are shared with the other parts, and threads that wait for each other cost more than
    /// they gain. 0 lets TensorFlow decide.
    /// </summary>
    public int Threads => Count == 1 ? 0 : Math.Max(1, Environment.ProcessorCount / Count);

    /// <summary>Whether a class of this full name belongs to the part.</summary>
    public bool Has(string name) => (Hash(name) >> BalancedBit) % (uint)Count == (uint)(Index - 1);

    // FNV-1a: string.GetHashCode differs from process to process.
    private static uint Hash(string name) => name.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u);
}
