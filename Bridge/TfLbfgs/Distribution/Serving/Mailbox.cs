using System.Globalization;
using System.Security.Cryptography;
using TfLbfgs.Formats;
using TfLbfgs.IO;

using LoadingFunction = System.Func<
    TfLbfgs.Distribution.ShardRequest, System.Collections.Generic.IReadOnlyList<TfLbfgs.Formats.StoredArray>>;

namespace TfLbfgs.Distribution.Serving;

/// <summary>
/// The folder through which a controller asks a worker to run functions, with TensorFlow's own ops on files and no transport of ours: a
/// request is a file that the controller writes, an answer one that it reads, and arrays are raw files that TensorFlow maps into memory.
/// The folder is the worker's current one, so that the controller need not know its name.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="dataFolder">The folder from which names of files count.</param>
/// <param name="functions">The functions by name.</param>
/// <param name="report">Receives what happens.</param>
internal sealed class Mailbox(
    string folder, string dataFolder, IReadOnlyDictionary<string, LoadingFunction> functions, Action<string> report)
{
    /// <summary>The file in which a worker describes itself.</summary>
    public const string About = "about.json";

    /// <summary>The file, empty, that says that the process is to end.</summary>
    public const string End = "end";

    /// <summary>The file of a request.</summary>
    public static string Request(string id) => $"request-{id}.json";

    /// <summary>The file, empty, that says that a request is complete.</summary>
    public static string Ready(string id) => $"ready-{id}";

    /// <summary>The file of an answer.</summary>
    public static string Answer(string id) => $"answer-{id}.json";

    /// <summary>The file of an array of an answer.</summary>
    public static string Array(string id, int index) => string.Create(CultureInfo.InvariantCulture, $"array-{id}-{index}.bin");

    /// <summary>The file, empty, that says that an answer was taken.</summary>
    public static string Taken(string id) => $"taken-{id}";

    /// <summary>Whether the process is to end.</summary>
    public bool IsOver => File.Exists(In(End));

    /// <summary>Answers what has come, and removes what was taken.</summary>
    public void Serve()
    {
        foreach (string ready in Directory.GetFiles(folder, Ready("*")))
        {
            string id = Path.GetFileName(ready)[Ready("").Length..];
            string request = In(Request(id));
            byte[] answer = Run(id, request);
            File.Delete(ready);
            File.Delete(request);
            AtomicFile.Write(In(Answer(id)), stream => stream.Write(answer));
        }

        foreach (string taken in Directory.GetFiles(folder, Taken("*")))
        {
            string id = Path.GetFileName(taken)[Taken("").Length..];
            foreach (string file in Directory.GetFiles(folder, $"array-{id}-*.bin").Append(In(Answer(id))).Append(taken))
                File.Delete(file);
        }
    }

    private string In(string name) => Path.Combine(folder, name);

    private byte[] Run(string id, string path)
    {
        try
        {
            ShardRequest request = ShardRequest.Parse(File.ReadAllBytes(path), dataFolder);
            string arguments = string.Join(", ", request.Arguments.Select(argument => $"{argument.Key}={argument.Value}"));
            report($"Part {request.Shard} of {request.Shards}: {request.Function}({arguments.ReplaceLineEndings(";")})");
            if (!functions.TryGetValue(request.Function, out LoadingFunction? function))
                throw new TfLbfgsException($"expected a function of the names {string.Join(", ", functions.Keys)}, received "
                    + $"'{request.Function}'. Add it to WorkerOptions.Functions.");
            IReadOnlyList<StoredArray> arrays = function(request);
            string[] digests = [.. arrays.Select((array, i) => Write(array, In(Array(id, i))))];
            return Describe(arrays, digests);
        }
        catch (Exception e)
        {
            // An exception of the user's function: the controller reports it, and the worker goes on to serve.
            report($"Failed: {e.Message}");
            return JsonBytes.OfObject(json => json.WriteString("error", e.Message));
        }
    }

    /// <summary>Writes the values of an array.</summary>
    /// <returns>Their SHA-256, by which they are known when they are made again.</returns>
    private static string Write(StoredArray array, string path)
    {
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write);
        using SHA256 hash = SHA256.Create();
        using (CryptoStream hashing = new(stream, hash, CryptoStreamMode.Write, leaveOpen: true))
            array.WriteTo(hashing);
        return Convert.ToHexString(hash.Hash!);
    }

    private static byte[] Describe(IReadOnlyList<StoredArray> arrays, string[] digests) => JsonBytes.OfObject(json =>
    {
        json.WriteStartArray("arrays");
        foreach ((StoredArray array, string digest) in arrays.Zip(digests))
        {
            json.WriteStartObject();
            json.WriteString("sha256", digest);
            json.WriteNumber("dtype", (int)array.DType);
            json.WriteStartArray("shape");
            foreach (long axis in array.Shape)
                json.WriteNumberValue(axis);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
