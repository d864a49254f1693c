using Xunit;

namespace TfLbfgs.Tests.Support;

/// <summary>Calls that must be refused with a message that says something.</summary>
internal static class Refusal
{
    /// <summary>The call throws exactly this exception, whose message contains a text.</summary>
    public static void Says<TException>(string text, Func<object?> call) where TException : Exception =>
        Assert.Contains(text, Assert.Throws<TException>(call).Message, StringComparison.Ordinal);

    /// <inheritdoc cref="Says{TException}(string, Func{object})"/>
    public static void Says<TException>(string text, Action call) where TException : Exception =>
        Assert.Contains(text, Assert.Throws<TException>(call).Message, StringComparison.Ordinal);
}
