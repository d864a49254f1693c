using TfLbfgs.RawOpsGenerator.Model;
using TfLbfgs.RawOpsGenerator.Writing;

namespace TfLbfgs.RawOpsGenerator;

internal static class Program
{
    private const string Usage = """
        Writes one typed method per op of the TensorFlow library into Bridge/RawOps/Generated.

          dotnet run --project Bridge/RawOps.Generator -- [--check] [--output DIR]

          --check        write nothing; list what differs, exit code 1 if anything does
          --output DIR   another folder
        """;

    private static int Main(string[] arguments)
    {
        bool check = false;
        string? output = null;
        for (int i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case "--check":
                    check = true;
                    break;
                case "--output" when i + 1 < arguments.Length:
                    output = arguments[++i];
                    break;
                case "--help":
                    Console.WriteLine(Usage);
                    return 0;
                default:
                    Console.Error.WriteLine($"Unknown or incomplete argument '{arguments[i]}'.\n{Usage}");
                    return 2;
            }
        }

        try
        {
            return Run(output is null ? OutputFolder.InCheckout() : new OutputFolder(output), check);
        }
        catch (TfLbfgsException error)
        {
            Console.Error.WriteLine(error.Message);
            return 2;
        }
    }

    private static int Run(OutputFolder folder, bool check)
    {
        OpCatalog catalog = OpCatalog.Read(NativeOpList.Read(), Overrides.Load());
        IReadOnlyList<GeneratedFile> files = FileWriter.Write(catalog);
        Console.WriteLine($"TensorFlow {catalog.TensorFlowVersion}: {catalog.Ops.Count} ops with a method, {catalog.LeftOut.Count} "
            + $"without, {files.Count} files.");
        if (!check)
        {
            folder.Write(files);
            Console.WriteLine($"Written to {folder.Location}.");
            return 0;
        }

        IReadOnlyList<string> differences = folder.Compare(files);
        foreach (string difference in differences)
            Console.WriteLine(difference);
        Console.WriteLine(differences.Count == 0
            ? $"{folder.Location} is up to date." : $"{differences.Count} of {files.Count} files differ.");
        return differences.Count == 0 ? 0 : 1;
    }
}
