using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>
/// What an explicit test found, which takes too long for every run: written to <c>Tests/Results</c>, so that a change is seen in the diff.
/// Times do not belong there.
/// </summary>
internal static class StoredResult
{
    /// <summary>Stores and prints a text.</summary>
    public static void Write(string name, string text)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(text);
        File.WriteAllText(Path.Combine(Checkout.Root, "Tests", "Results", name), text);
    }
}
