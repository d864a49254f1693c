namespace TfLbfgs.Cli.Commands;

/// <summary>What the program returns; docs/cli.md lists them for users.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A defect of the program, or TensorFlow is not usable (<c>doctor</c>).</summary>
    public const int Failure = 1;

    /// <summary>Something that the user gave is wrong: options, files, data.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by a signal, after saving: 128 and the number of the signal, as shells count.</summary>
    public const int SignalBase = 128;
}
