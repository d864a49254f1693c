using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace TfLbfgs.Cli.Commands;

/// <summary>Options that take a number, with messages that name the range.</summary>
internal static class NumberOption
{
    /// <summary>An option with a default.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="range">The range in words, such as <c>an integer of at least 0</c>.</param>
    /// <param name="accepts">Whether a number lies in it.</param>
    /// <param name="byDefault">The value without the option.</param>
    public static Option<T> Create<T>(string name, string description, string range, Func<T, bool> accepts, T byDefault) where T
        : struct, INumber<T> =>
        new(name)
        {
            Description = description,
            HelpName = NameOf<T>(),
            CustomParser = result => Parse(result, name, range, accepts)
            ?? default,
            DefaultValueFactory = _ => byDefault
        };

    /// <summary>An option that may be left out.</summary>
    public static Option<T?> Create<T>(string name, string description, string range, Func<T, bool> accepts) where T : struct, INumber<T> =>
        new(name) { Description = description, HelpName = NameOf<T>(), CustomParser = result => Parse(result, name, range, accepts) };

    // Integers are N in the help and in docs/cli.md, other numbers X.
    private static string NameOf<T>() => typeof(T) == typeof(double) ? "X" : "N";

    private static T? Parse<T>(ArgumentResult result, string name, string range, Func<T, bool> accepts) where T : struct, INumber<T>
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out T value) && accepts(value))
            return value;
        result.AddError($"{name}: expected {range}, received '{text}'.");
        return null;
    }
}
