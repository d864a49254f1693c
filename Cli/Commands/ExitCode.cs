namespace TfLbfgs.Cli.Commands;

/// <summary>What the program returns; docs/cli.md and <c>--help</c> list them for users.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>A defect of the program, or TensorFlow is not usable (<c>doctor</c>).</summary>
    public const int Failure = 1;

    /// <summary>Something that the user gave is wrong: options, files, data.</summary>
    public const int BadInput = 2;

    /// <summary>The work is done, but its result is at another place than asked, or the standard output was lost.</summary>
    public const int Elsewhere = 3;

    /// <summary>Ended by a signal, after saving: 128 and the number of the signal, as shells count.</summary>
    public const int SignalBase = 128;

    /// <summary>The codes for the help.</summary>
    public static IReadOnlyList<(string Code, string Meaning)> All { get; } =
    [
        ("0", "done"),
        ("1", "a defect of the tool; for doctor: TensorFlow is not usable"),
        ("2", "options, files or data are wrong; one line on stderr says what was expected"),
        ("3", "done, but the result was saved at another place than asked, or stdout was lost"),
        ("129, 130, 143", "ended by SIGHUP, Ctrl-C (SIGINT) or SIGTERM; training saved the best point"),
    ];
}
