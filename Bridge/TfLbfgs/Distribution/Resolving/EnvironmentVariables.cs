using System.Globalization;

namespace TfLbfgs.Distribution.Resolving;

/// <summary>Environment variables, with errors that name them.</summary>
internal sealed class EnvironmentVariables(IReadOnlyDictionary<string, string> environment)
{
    private readonly IReadOnlyDictionary<string, string> _environment = environment ?? throw new ArgumentNullException(nameof(environment));

    /// <summary>Whether a variable has a value.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>The value; null: none, or blank.</summary>
    public string? Find(string name) =>
        _environment.TryGetValue(name, out string? value) && !string.IsNullOrWhiteSpace(value) ? value.Trim() : null;

    /// <summary>The value of the first of several that is there.</summary>
    /// <exception cref="TfLbfgsException">None is.</exception>
    public string Text(string source, params ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (Find(name) is { } value)
                return value;
        }

        throw new TfLbfgsException($"{source}: expected the environment variable {string.Join(" or ", names.ToArray())}, received none.");
    }

    /// <summary>A number from 0 on.</summary>
    /// <exception cref="TfLbfgsException">None is there, or it is no such number.</exception>
    public int Number(string source, params ReadOnlySpan<string> names)
    {
        string value = Text(source, names);
        return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new TfLbfgsException($"{source}: expected a number in {string.Join(" or ", names.ToArray())}, received '{value}'.");
    }

    /// <summary>The first port, from <c>TFLBFGS_PORT</c>.</summary>
    public int Port(string source)
    {
        int port = Has(ListResolver.Port) ? Number(source, ListResolver.Port) : ClusterSpec.DefaultPort;
        return port is > 0 and < 65536
            ? port
            : throw new TfLbfgsException($"{source}: expected a port between 1 and 65535 in {ListResolver.Port}, received {port}.");
    }
}
