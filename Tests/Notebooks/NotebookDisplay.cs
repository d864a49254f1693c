namespace TfLbfgs.Tests.Notebooks;

/// <summary>Stands for what the .NET kernel gives to the cells of a notebook: a text of a media type becomes an output.</summary>
public static class NotebookDisplay
{
    private static readonly List<(string MediaType, string Content)> Displayed = [];

    /// <summary>Displays a text; a picture in base64.</summary>
    public static void DisplayAs(this string content, string mediaType) => Displayed.Add((mediaType, content));

    /// <summary>What was displayed since the last call.</summary>
    public static IReadOnlyList<(string MediaType, string Content)> Take()
    {
        (string, string)[] taken = [.. Displayed];
        Displayed.Clear();
        return taken;
    }
}
