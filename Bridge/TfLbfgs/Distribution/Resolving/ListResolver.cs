namespace TfLbfgs.Distribution.Resolving;

/// <summary>A list of workers in one variable.</summary>
internal static class ListResolver
{
    /// <summary>The workers, separated by commas or blanks.</summary>
    public const string Workers = "TFLBFGS_WORKERS";

    /// <summary>The port of the first process on a host.</summary>
    public const string Port = "TFLBFGS_PORT";

    /// <summary>The address of the controller.</summary>
    public const string Controller = "TFLBFGS_CONTROLLER";

    private const string Index = "TFLBFGS_WORKER_INDEX";

    /// <inheritdoc cref="ClusterSpec.FromList"/>
    public static ClusterSpec Resolve(EnvironmentVariables variables)
    {
        string[] workers = Split(variables.Text(Workers, Workers));
        return new ClusterSpec(
            workers, variables.Has(Index) ? variables.Number(Workers, Index) : null, variables.Find(Controller), Workers);
    }

    /// <summary>The entries of a list.</summary>
    public static string[] Split(string list) =>
        list.Split([',', ' ', ';', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
