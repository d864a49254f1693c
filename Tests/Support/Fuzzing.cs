using System.Globalization;

namespace TfLbfgs.Tests.Support;

/// <summary>How many inputs the explicit tests with changes at random try.</summary>
internal static class Fuzzing
{
    /// <summary>So many, times the number in <c>TFLBFGS_FUZZ_FACTOR</c> where it is set.</summary>
    public static int Rounds(int standard) =>
        standard * (int.TryParse(Environment.GetEnvironmentVariable("TFLBFGS_FUZZ_FACTOR"), NumberStyles.None, CultureInfo.InvariantCulture,
            out int factor) ? factor : 1);
}
