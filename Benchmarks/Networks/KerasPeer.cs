using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using TfLbfgs.Benchmarks.Running;

namespace TfLbfgs.Benchmarks.Networks;

/// <summary>
/// Real Keras in a process of its own, which saves one of its networks and times it call by call: see <c>keras_networks.py</c>.
/// </summary>
internal sealed class KerasPeer : IDisposable
{
    private const string Mark = "RESULT ";

    private readonly Process _process;
    private readonly Task<string> _errors;

    private KerasPeer(string name, Process process, string modelFile)
    {
        Name = name;
        ModelFile = modelFile;
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
        Description = Answer();
    }

    /// <summary><c>keras2</c> or <c>keras3</c>.</summary>
    public string Name { get; }

    /// <summary>The network, saved by it.</summary>
    public string ModelFile { get; }

    /// <summary>Its data, where it saves them: arrays <c>x</c> and <c>y</c>.</summary>
    public string DataFile => ModelFile + ".npz";

    /// <summary>Shapes of its data, its dtype, its loss, and the seconds of its first calls.</summary>
    public JsonElement Description { get; }

    /// <summary>Starts it, and waits for the first calls, which trace and compile.</summary>
    /// <param name="peers">The folder with Python.</param>
    /// <param name="name"><c>keras2</c> or <c>keras3</c>.</param>
    /// <param name="network">The network.</param>
    /// <param name="mode"><c>graph</c> or <c>xla</c>.</param>
    /// <param name="folder">Where it saves the network.</param>
    /// <param name="program">The Python program, in the folder of the benchmarks.</param>
    /// <exception cref="TfLbfgsException">It ended without an answer.</exception>
    public static KerasPeer Start(PeersFolder peers, string name, string network, string mode, string folder,
        string program = "keras_networks.py")
    {
        string file = Path.Combine(folder, $"{network}-{mode}-{name}.h5");
        string script = Path.Combine(AppContext.BaseDirectory, "Networks", program);
        ProcessStartInfo start = peers.Python([script, name, network, mode, file]);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        Process process = Process.Start(start)!;
        try
        {
            return new KerasPeer(name, process, file);
        }
        catch (TfLbfgsException)
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>The shortest of some calls, in seconds, each with its result read.</summary>
    /// <param name="pass"><c>forward</c> or <c>gradient</c>.</param>
    /// <param name="calls">How many.</param>
    public double Best(string pass, int calls) =>
        Answer(string.Create(CultureInfo.InvariantCulture, $"{pass} {calls}")).GetProperty("best").GetDouble();

    /// <summary>Its answer to a line.</summary>
    /// <param name="request">The line.</param>
    public JsonElement Answer(string request)
    {
        _process.StandardInput.WriteLine(request);
        _process.StandardInput.Flush();
        return Answer();
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private JsonElement Answer()
    {
        while (_process.StandardOutput.ReadLine() is { } line)
        {
            if (line.StartsWith(Mark, StringComparison.Ordinal))
            {
                using JsonDocument document = JsonDocument.Parse(line[Mark.Length..]);
                return document.RootElement.Clone();
            }
        }

        throw new TfLbfgsException($"{Name} gave no answer: {_errors.GetAwaiter().GetResult()}");
    }
}
