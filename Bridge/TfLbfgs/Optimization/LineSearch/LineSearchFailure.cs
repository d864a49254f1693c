namespace TfLbfgs.Optimization;

/// <summary>Why a line search ended without an acceptable step.</summary>
public enum LineSearchFailure
{
    /// <summary>The direction does not descend, or its slope is not finite.</summary>
    NotDescending,

    /// <summary>Value or slope are not finite at a step that was tried.</summary>
    NotFinite,

    /// <summary>The limit of rounds came before two steps had a minimum between them.</summary>
    NoBracket,

    /// <summary>The bracket has no number left between its ends.</summary>
    NoWidth,

    /// <summary>The limit of rounds came before a step satisfied the conditions.</summary>
    Limit,
}
